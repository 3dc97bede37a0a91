package dev.parley.gateway.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** A request in pieces of any size is read like a request in one piece. */
@Test(groups = "unit")
public class HttpCodecTest {

  @DataProvider
  public Object[][] pieces() {
    return new Object[][] {{1}, {2}, {3}, {7}, {1000}};
  }

  /** The request lines that were read, and the errors. */
  private static List<String> read(String bytes, int piece) {
    EmbeddedChannel channel = new EmbeddedChannel(new HttpCodec(new HttpDecoderConfig()));
    List<String> read = new ArrayList<>();
    for (int at = 0; at < bytes.length(); at += piece) {
      String part = bytes.substring(at, Math.min(bytes.length(), at + piece));
      channel.writeInbound(Unpooled.copiedBuffer(part, ISO_8859_1));
    }
    for (Object each = channel.readInbound(); each != null; each = channel.readInbound()) {
      HttpObject part = (HttpObject) each;
      if (part.decoderResult().isFailure()) {
        read.add("broken");
      } else if (part instanceof HttpRequest request) {
        read.add(request.method() + " " + request.uri());
      } else if (part instanceof LastHttpContent) {
        read.add("end");
      }
      ReferenceCountUtil.release(each);
    }
    channel.finishAndReleaseAll();
    return read;
  }

  @Test(dataProvider = "pieces")
  public void emptyLinesAndFoldedHeadersAreRead(int piece) {
    String get = "\r\n\r\nGET /1 HTTP/1.1\r\nHost: a\r\nX: y\r\n folded\r\n\tagain\r\n\r\n";
    String post = "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n\n a ";
    String chunked = "POST /3 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n \n\r\n0\r\n\r\n";
    assertThat(read(get + post + chunked + get, piece))
        .containsExactly("GET /1", "end", "POST /2", "end", "POST /3", "end", "GET /1", "end");
  }

  @DataProvider
  public Object[][] beginnings() {
    return new Object[][] {
      {" "}, {"\t"}, {"\n"}, {"\r"}, {"\r\n "}, {"\r\n\n"}, {"\0"}, {"\u00e4"}
    };
  }

  @Test(dataProvider = "beginnings")
  public void whatStandsBeforeARequestBreaksItAndAllThatFollows(String beginning) {
    String get = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n";
    for (int piece = 1; piece < 5; piece++) {
      assertThat(read(get + beginning + get + get, piece))
          .containsExactly("GET /1", "end", "broken");
    }
  }
}
