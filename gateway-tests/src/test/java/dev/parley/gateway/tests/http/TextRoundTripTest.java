package dev.parley.gateway.tests.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.StreamClient;
import dev.parley.gateway.tests.support.WsClient;
import java.util.List;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Text is returned unchanged on a connection, as a page and as a stream. */
@Test(groups = {"chat_events", "websocket"})
public class TextRoundTripTest extends GatewayTest {

  @DataProvider
  public Object[][] texts() {
    return new Object[][] {
      {
        "separators that some parsers take for line ends",
        "a\u2028b\u2029c\u0085d\u000be\u000cf\u001cg"
      },
      {"graphemes of many code points", "👩‍👩‍👧‍👦🏳️‍🌈e\u0301\u0323"},
      {"composed and decomposed forms", "\u00e9 e\u0301 \uFB01 \uFF21"},
      {"a null, a bell and a delete", "\u0000\u0007\u007f"},
      {"a byte order mark and zero widths", "\uFEFFa\u200B\u200D\u2060\u202E"},
      {"the syntax of an event stream", "data: x\n\nid: 1\r\rretry: 1"},
      {"surrogate pairs at every offset", "x" + "𝒳😀".repeat(700)},
    };
  }

  @Test(dataProvider = "texts")
  public void aTextIsReturnedUnchanged(String what, String text) {
    WsClient socket = connect(ada);
    socket.ask(Commands.chat("c1", "t1", text));
    assertThat(socket.await("message_added").text("content")).as(what).isEqualTo(text);
    assertThat(page().json().at("/events/0/payload/content").asText()).isEqualTo(text);
    StreamClient stream =
        closing(StreamClient.open(gateway.address(), gateway.tokens().of(ada), "t1", "?after=0"));
    assertThat(stream.await("message_added").text("content")).isEqualTo(text);
  }

  private HttpCaller.HttpAnswer page() {
    return http(ada).get("/v1/threads/t1/events?after=0");
  }

  public void aNumberIsReturnedToItsLastDigit() {
    String numbers = "[12345678901234567890,1e400,-0,0.1000000000000000055511151231257827,1E+2]";
    String part = "[{\"type\":\"figures\",\"values\":" + numbers + "}]";
    String frame = Commands.chat("c1", "t1", "x").toString().replace("\"x\"", part);
    assertThat(http(ada).command(frame).status()).isEqualTo(200);
    assertThat(String.valueOf(page().http().body())).contains(numbers);
  }

  public void namesThatAreSpecialInJavaScriptAreOrdinaryThreadNames() {
    List<String> names = List.of("__proto__", "constructor", "hasOwnProperty", "null", "NaN", "-1");
    WsClient socket = connect(ada);
    for (String name : names) {
      socket.ask(Commands.chat("c:" + name, name, name));
    }
    for (String name : names) {
      String at = "/v1/threads/" + name + "/events?after=0";
      assertThat(http(ada).get(at).json().at("/events/0/payload/content").asText()).isEqualTo(name);
    }
    assertThat(http(ada).get("/v1/threads").json().path("threads")).hasSameSizeAs(names);
  }
}
