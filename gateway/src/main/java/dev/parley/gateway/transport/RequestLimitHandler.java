package dev.parley.gateway.transport;

import dev.parley.gateway.limit.TokenBucket;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.transport.ListenerConfig.FrameLimits;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;

/** Limits the HTTP requests a second of one socket, at the rate of frames of a connection. */
final class RequestLimitHandler extends ChannelInboundHandlerAdapter {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final TokenBucket bucket;
  private final Refusals refusals;

  RequestLimitHandler(FrameLimits limits, Refusals refusals, long nowNanos) {
    this.bucket = TokenBucket.of(limits.perSecond(), SECOND, limits.burst(), nowNanos);
    this.refusals = refusals;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpRequest && !bucket.tryTake(ctx.executor().ticker().nanoTime())) {
      ReferenceCountUtil.release(message);
      refusals.refuse(
          ctx,
          Refusal.temporary(ErrorCode.RATE_LIMITED, "requests: too many of one socket", SECOND));
      return;
    }
    ctx.fireChannelRead(message);
  }
}
