package dev.parley.gateway.transport;

import static io.netty.handler.codec.http.HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS;
import static io.netty.handler.codec.http.HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS;
import static io.netty.handler.codec.http.HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN;
import static io.netty.handler.codec.http.HttpHeaderNames.ACCESS_CONTROL_MAX_AGE;
import static io.netty.handler.codec.http.HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD;
import static io.netty.handler.codec.http.HttpHeaderNames.ORIGIN;
import static io.netty.handler.codec.http.HttpHeaderNames.VARY;

import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Problem;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * Lets pages in by their origin, for WebSocket and HTTP alike; a request without one is no page's.
 * Allowed pages are told so (Fetch standard, section 3.2), preflights are answered here.
 */
final class OriginHandler extends ChannelDuplexHandler {

  private final Origins origins;
  private final Refusals refusals;
  private @Nullable String admitted;
  private boolean isPreflight;

  OriginHandler(Origins origins, Refusals refusals) {
    this.origins = origins;
    this.refusals = refusals;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof Handshake handshake) {
      if (isAdmitted(ctx, handshake.origin())) {
        ctx.fireChannelRead(message);
      }
    } else if (message instanceof HttpRequest request) {
      begin(ctx, request);
    } else if (isPreflight) {
      isPreflight = !(message instanceof LastHttpContent);
      ReferenceCountUtil.release(message);
    } else {
      ctx.fireChannelRead(message);
    }
  }

  private void begin(ChannelHandlerContext ctx, HttpRequest request) {
    admitted = request.headers().get(ORIGIN);
    isPreflight =
        admitted != null
            && request.method().equals(HttpMethod.OPTIONS)
            && request.headers().contains(ACCESS_CONTROL_REQUEST_METHOD);
    if (!isAdmitted(ctx, admitted)) {
      ReferenceCountUtil.release(request);
    } else if (isPreflight) {
      isPreflight = !(request instanceof LastHttpContent);
      ReferenceCountUtil.release(request);
      answerPreflight(ctx);
    } else {
      ctx.fireChannelRead(request);
    }
  }

  private boolean isAdmitted(ChannelHandlerContext ctx, @Nullable String origin) {
    if (origin == null || origins.admits(origin, ctx.channel().localAddress())) {
      return true;
    }
    refusals.refuse(
        ctx, Problem.of(403, ErrorCode.FORBIDDEN, "Origin: expected one of the allowed"));
    return false;
  }

  private void answerPreflight(ChannelHandlerContext ctx) {
    HttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.NO_CONTENT, Unpooled.EMPTY_BUFFER);
    response
        .headers()
        .set(ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, DELETE")
        .set(ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type, last-event-id")
        .set(ACCESS_CONTROL_MAX_AGE, "600");
    write(ctx, response, ctx.newPromise());
    ctx.flush();
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (admitted != null && message instanceof HttpResponse response) {
      response.headers().set(ACCESS_CONTROL_ALLOW_ORIGIN, admitted).add(VARY, ORIGIN);
    }
    ctx.write(message, promise);
  }
}
