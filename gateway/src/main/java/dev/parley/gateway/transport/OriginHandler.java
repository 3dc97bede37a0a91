package dev.parley.gateway.transport;

import static io.netty.handler.codec.http.HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN;
import static io.netty.handler.codec.http.HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS;
import static io.netty.handler.codec.http.HttpHeaderNames.ORIGIN;
import static io.netty.handler.codec.http.HttpHeaderNames.RETRY_AFTER;
import static io.netty.handler.codec.http.HttpHeaderNames.VARY;

import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Refusal;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * Admits pages by their origin, for WebSocket and HTTP alike. A request without an origin is not
 * from a page and passes. Every response to an allowed page, refusals too, has the headers that let
 * the page read it (Fetch standard, section 3.2).
 */
final class OriginHandler extends ChannelDuplexHandler {

  private final Origins origins;
  private final Refusals refusals;
  private @Nullable String admitted;

  OriginHandler(Origins origins, Refusals refusals) {
    this.origins = origins;
    this.refusals = refusals;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof Handshake handshake) {
      pass(ctx, message, handshake.origin());
    } else if (message instanceof HttpRequest request) {
      pass(ctx, message, request.headers().get(ORIGIN));
    } else {
      ctx.fireChannelRead(message);
    }
  }

  private void pass(ChannelHandlerContext ctx, Object message, @Nullable String origin) {
    admitted = null;
    if (origin == null || origins.admits(origin, ctx.channel().localAddress())) {
      admitted = origin;
      ctx.fireChannelRead(message);
      return;
    }
    ReferenceCountUtil.release(message);
    refusals.refuse(ctx, Refusal.of(ErrorCode.FORBIDDEN, "Origin: expected an allowed origin"));
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (message instanceof HttpResponse response) {
      allow(response);
    }
    ctx.write(message, promise);
  }

  /** Lets the page that sent the last request of this socket, if any, read the response. */
  static void allow(Channel channel, HttpResponse response) {
    OriginHandler handler = channel.pipeline().get(OriginHandler.class);
    if (handler != null) {
      handler.allow(response);
    }
  }

  private void allow(HttpResponse response) {
    if (admitted != null) {
      response
          .headers()
          .set(ACCESS_CONTROL_ALLOW_ORIGIN, admitted)
          .set(ACCESS_CONTROL_EXPOSE_HEADERS, RETRY_AFTER)
          .add(VARY, ORIGIN);
    }
  }
}
