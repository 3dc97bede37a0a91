package dev.parley.gateway.transport;

import static io.netty.handler.codec.http.HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS;
import static io.netty.handler.codec.http.HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS;
import static io.netty.handler.codec.http.HttpHeaderNames.ACCESS_CONTROL_MAX_AGE;
import static io.netty.handler.codec.http.HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD;
import static io.netty.handler.codec.http.HttpHeaderNames.ORIGIN;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

/**
 * Answers the CORS preflights of pages with an allowed origin (Fetch standard, section 3.2.2). It
 * comes after the limit of requests, so a preflight counts as a request.
 */
final class CorsPreflightHandler extends ChannelInboundHandlerAdapter {

  /** Headers that the gateway reads, and those that libraries and proxies add, as for traces. */
  private static final String HEADERS =
      "authorization, baggage, cache-control, content-type, last-event-id, request-id,"
          + " sentry-trace, traceparent, tracestate, x-request-id, x-requested-with";

  private boolean isPreflight;

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    boolean begins = message instanceof HttpRequest;
    if (message instanceof HttpRequest request) {
      isPreflight = isPreflight(request);
    }
    if (!isPreflight) {
      ctx.fireChannelRead(message);
      return;
    }
    isPreflight = !(message instanceof LastHttpContent);
    ReferenceCountUtil.release(message);
    if (begins) {
      answer(ctx);
    }
  }

  private static boolean isPreflight(HttpRequest request) {
    return request.method().equals(HttpMethod.OPTIONS)
        && request.headers().contains(ORIGIN)
        && request.headers().contains(ACCESS_CONTROL_REQUEST_METHOD);
  }

  private static void answer(ChannelHandlerContext ctx) {
    HttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.NO_CONTENT, Unpooled.EMPTY_BUFFER);
    response
        .headers()
        .set(ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, DELETE")
        .set(ACCESS_CONTROL_ALLOW_HEADERS, HEADERS)
        .set(ACCESS_CONTROL_MAX_AGE, "600");
    ctx.writeAndFlush(response);
  }
}
