package dev.parley.gateway.transport;

import dev.parley.gateway.codec.ProblemJson;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.HttpStatus;
import dev.parley.gateway.protocol.Refusal;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Duration;

/** Answers a request with a refusal and closes its socket. Called on the channel's loop. */
final class Refusals {

  /** Enough for a slow peer to send what is on its way and to read the refusal. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final DiscardHandler discard = new DiscardHandler();
  private final Metrics metrics;

  Refusals(Metrics metrics) {
    this.metrics = metrics;
  }

  /** Refuses the request; later input is dropped. */
  void refuse(ChannelHandlerContext ctx, Refusal refusal) {
    if (ctx.pipeline().get(HandlerNames.HTTP_DISCARD) != null) {
      return;
    }
    metrics.handshakeRefused(refusal.status().code());
    ChannelPipeline pipeline =
        ctx.pipeline().addAfter(HandlerNames.HTTP_HEADERS, HandlerNames.HTTP_DISCARD, discard);
    // Written from there: no other handler closes the socket before the peer has the response
    FullHttpResponse response = response(refusal);
    OriginHandler.allow(ctx.channel(), response);
    ChannelFuture written = pipeline.context(discard).writeAndFlush(response);
    LingeringClose.after(written, PATIENCE);
  }

  static FullHttpResponse response(Refusal refusal) {
    HttpStatus status = refusal.status();
    byte[] body = ProblemJson.encode(refusal);
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(status.code(), status.title()),
            Unpooled.wrappedBuffer(body));
    HttpHeaders headers =
        response
            .headers()
            .set(HttpHeaderNames.CONTENT_TYPE, ProblemJson.CONTENT_TYPE)
            .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
            .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
            .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    switch (status) {
      case UNAUTHORIZED -> headers.set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
      case BAD_REQUEST -> headers.set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, Handshake.VERSION);
      default -> {}
    }
    if (refusal.retryAfterSeconds() != null) {
      headers.set(HttpHeaderNames.RETRY_AFTER, refusal.retryAfterSeconds());
    }
    return response;
  }
}
