package dev.parley.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/**
 * Netty's codec of HTTP/1.x with a strict request line (RFC 9112, section 3): one space between its
 * words, only empty lines before it, the version in upper case. Called on the channel's loop.
 */
final class HttpCodec
    extends CombinedChannelDuplexHandler<HttpRequestDecoder, HttpResponseEncoder> {

  /** As in Netty's own codec. The next request is not read before the response anyway. */
  private static final int MAX_PIPELINED = 128;

  /** For each unanswered request, whether its response has no body. */
  private final Queue<Boolean> isHead = new ArrayDeque<>(1);

  private boolean isHeld;

  HttpCodec(HttpDecoderConfig config) {
    super(); // the halves need this object
    init(new Requests(config), new Responses());
  }

  /** Stops to decode, or goes on with the next bytes. What is not decoded may be of WebSockets. */
  void hold(boolean held) {
    isHeld = held;
  }

  private final class Requests extends HttpRequestDecoder {

    private static final short EMPTY_LINE = 0x0D0A;

    private boolean isBetween = true;
    private boolean isBroken;
    private int end;

    Requests(HttpDecoderConfig config) {
      super(config);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf bytes, List<Object> out)
        throws Exception {
      if (isHeld) {
        return;
      }
      if (isBroken) {
        bytes.skipBytes(bytes.readableBytes());
        return;
      }
      int at = isBetween ? afterEmptyLines(bytes) : bytes.writerIndex();
      if (at == bytes.writerIndex() || bytes.getByte(at) > ' ') {
        int before = out.size();
        super.decode(ctx, bytes, out);
        out.subList(before, out.size()).forEach(this::decoded);
      } else if (bytes.getByte(at) != '\r' || at + 1 < bytes.writerIndex()) {
        isBroken = true;
        bytes.skipBytes(bytes.readableBytes());
        out.add(broken());
      }
    }

    /** RFC 9112, section 2.2: empty lines may precede a request. */
    private static int afterEmptyLines(ByteBuf bytes) {
      int at = bytes.readerIndex();
      while (at + 1 < bytes.writerIndex() && bytes.getShort(at) == EMPTY_LINE) {
        at += Short.BYTES;
      }
      return at;
    }

    private HttpMessage broken() {
      HttpMessage request = createInvalidMessage();
      request.setDecoderResult(
          DecoderResult.failure(new CorruptedFrameException("request line: expected a method")));
      return request;
    }

    private void decoded(Object part) {
      isBetween = part instanceof LastHttpContent;
      if (part instanceof HttpRequest request) {
        if (isHead.size() == MAX_PIPELINED) {
          isBroken = true;
          throw new CorruptedFrameException("requests: too many without a response");
        }
        isHead.add(request.method().equals(HttpMethod.HEAD));
      }
    }

    @Override
    protected HttpMessage createMessage(String[] requestLine) throws Exception {
      isBetween = false;
      return super.createMessage(requestLine);
    }

    @Override
    protected String splitFirstWordInitialLine(byte[] line, int start, int length) {
      end = start + length;
      return super.splitFirstWordInitialLine(line, start, length);
    }

    @Override
    protected String splitSecondWordInitialLine(byte[] line, int start, int length) {
      checkSpace(line, start);
      end = start + length;
      for (int i = start; i < end; i++) {
        check(line[i] > ' ' && line[i] < 0x7F && line[i] != '#', "target");
      }
      return super.splitSecondWordInitialLine(line, start, length);
    }

    @Override
    protected String splitThirdWordInitialLine(byte[] line, int start, int length) {
      checkSpace(line, start);
      String version = super.splitThirdWordInitialLine(line, start, length);
      check(version.startsWith("HTTP/"), "version");
      return version;
    }

    private void checkSpace(byte[] line, int start) {
      check(start == end + 1 && line[end] == ' ', "separator");
    }

    private static void check(boolean isRight, String part) {
      if (!isRight) {
        throw new CorruptedFrameException("request line: " + part);
      }
    }
  }

  /** The response to HEAD has no body, whatever its length (RFC 9112, section 6.3). */
  private final class Responses extends HttpResponseEncoder {

    @Override
    protected boolean isContentAlwaysEmpty(HttpResponse response) {
      boolean isFinal = response.status().codeClass() != HttpStatusClass.INFORMATIONAL;
      boolean hasNoBody = isFinal && Boolean.TRUE.equals(isHead.poll());
      return hasNoBody || super.isContentAlwaysEmpty(response);
    }
  }
}
