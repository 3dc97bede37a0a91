package dev.parley.gateway.transport;

import static io.netty.handler.codec.http.HttpHeaderNames.AUTHORIZATION;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_LENGTH;
import static io.netty.handler.codec.http.HttpHeaderNames.HOST;
import static io.netty.handler.codec.http.HttpHeaderNames.ORIGIN;
import static io.netty.handler.codec.http.HttpHeaderNames.TRANSFER_ENCODING;

import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.HttpStatus;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RefusedException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests that are malformed or ambiguous. If the listener takes handshakes, a request to
 * {@code /ws} is passed on as a {@link Handshake}.
 */
final class HttpGuardHandler extends ChannelInboundHandlerAdapter {

  private static final String TOKEN_PLACES =
      "query string: none allowed on /ws. A token travels as (1) header Authorization: Bearer <jwt>,"
          + " (2) header Sec-WebSocket-Protocol: parley.v1, bearer.<jwt>, or (3) in the first frame"
          + " {\"type\":\"authenticate\",\"payload\":{\"token\":\"<jwt>\"}}";

  /** RFC 9110, section 7.2, without the comma, which would join two values. */
  private static final Pattern HOSTS =
      Pattern.compile("(?:[A-Za-z0-9._~%!$&'()*+;=-]+|\\[[0-9A-Fa-f:.]+])(?::[0-9]*)?");

  private static final Pattern ABSOLUTE =
      Pattern.compile("https?://([^/?]*+)(.*+)", Pattern.CASE_INSENSITIVE);

  private static final Set<HttpMethod> OLD_METHODS =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  private final Refusals refusals;
  private final boolean takesHandshakes;
  private @Nullable Handshake handshake;
  private boolean isOver;

  /** Takes handshakes of WebSockets, or else passes them on as the requests that they are. */
  HttpGuardHandler(Refusals refusals, boolean takesHandshakes) {
    this.refusals = refusals;
    this.takesHandshakes = takesHandshakes;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (isOver) {
      ReferenceCountUtil.release(message);
      return;
    }
    try {
      pass(ctx, message);
    } catch (RefusedException e) {
      isOver = true;
      ReferenceCountUtil.release(message);
      refusals.refuse(ctx, e.refusal());
    }
  }

  private void pass(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpObject part) {
      checkDecoded(part);
    }
    if (message instanceof HttpRequest request) {
      check(request);
      if (takesHandshakes && request.uri().equals(Handshake.PATH)) {
        handshake = Handshake.read(request);
      }
    }
    if (handshake == null) {
      ctx.fireChannelRead(message);
      return;
    }
    ReferenceCountUtil.release(message);
    if (message instanceof LastHttpContent) {
      isOver = true;
      HandshakeTime.begin(ctx.channel());
      ctx.fireChannelRead(handshake);
    }
  }

  private static void checkDecoded(HttpObject part) {
    if (part.decoderResult().isSuccess()) {
      return;
    }
    Throwable cause = part.decoderResult().cause();
    HttpStatus status =
        cause instanceof TooLongHttpLineException && part instanceof HttpRequest
            ? HttpStatus.URI_TOO_LONG
            : cause instanceof TooLongHttpHeaderException
                ? HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
                : HttpStatus.BAD_REQUEST;
    String detail = "request: expected HTTP/1.1 as in RFC 9112, within the size limits";
    throw new RefusedException(Refusal.of(ErrorCode.BAD_FRAME, detail).as(status));
  }

  private void check(HttpRequest request) {
    boolean isOld = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    checkHost(request, isOld);
    toOriginForm(request);
    check(request.uri().startsWith("/"), "target: expected a path");
    check(!(takesHandshakes && request.uri().startsWith(Handshake.PATH + "?")), TOKEN_PLACES);
    check(
        isOld ? mayBeOld(request) : request.protocolVersion().equals(HttpVersion.HTTP_1_1),
        "version: expected HTTP/1.1, or HTTP/1.0 for a GET, HEAD or OPTIONS without a body");
    check(request.headers().getAll(ORIGIN).size() <= 1, "Origin: expected at most one");
    check(
        request.headers().getAll(AUTHORIZATION).size() <= 1, "Authorization: expected at most one");
    checkCodings(HeaderList.elements(request.headers().getAll(TRANSFER_ENCODING)));
  }

  private static void checkHost(HttpRequest request, boolean isOld) {
    List<String> hosts = request.headers().getAll(HOST);
    check(
        (isOld && hosts.isEmpty()) || (hosts.size() == 1 && HOSTS.matcher(hosts.get(0)).matches()),
        "Host: expected exactly one");
  }

  /** The host of an absolute target replaces the header (RFC 9112, section 3.2.2). */
  private static void toOriginForm(HttpRequest request) {
    if (request.uri().startsWith("/")) {
      return;
    }
    Matcher target = ABSOLUTE.matcher(request.uri());
    if (target.matches()) {
      check(HOSTS.matcher(target.group(1)).matches(), "target: expected a host");
      request.headers().set(HOST, target.group(1));
      request.setUri(path(target));
    }
  }

  private static String path(Matcher absolute) {
    String path = absolute.group(2);
    return path.startsWith("/") ? path : "/" + path;
  }

  /** The target without scheme and host; unchanged if it has none. */
  static String originForm(String target) {
    Matcher absolute = ABSOLUTE.matcher(target);
    return absolute.matches() ? path(absolute) : target;
  }

  /** RFC 9112, section 6.1. A body whose last coding is not {@code chunked} was not decoded. */
  private static void checkCodings(List<String> codings) {
    if (codings.size() > 1) {
      String detail = "Transfer-Encoding: expected chunked alone";
      Refusal refusal = Refusal.of(ErrorCode.INVALID_ARGUMENT, detail);
      throw new RefusedException(refusal.as(HttpStatus.NOT_IMPLEMENTED));
    }
  }

  /** Proxies use HTTP/1.0 for health checks, and some by default. */
  private static boolean mayBeOld(HttpRequest request) {
    return OLD_METHODS.contains(request.method())
        && !request.uri().equals(Handshake.PATH)
        && !request.headers().contains(TRANSFER_ENCODING)
        && request.headers().get(CONTENT_LENGTH, "0").equals("0");
  }

  private static void check(boolean isRight, String otherwise) {
    if (!isRight) {
      throw RefusedException.invalid(otherwise);
    }
  }
}
