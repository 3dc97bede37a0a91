package dev.parley.gateway.transport;

import dev.parley.gateway.limit.TokenBucket;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.transport.ListenerConfig.FrameLimits;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.time.Duration;
import java.util.Optional;

/**
 * Limits the frames and bytes a second of a connection, and the fragments and bytes of a message.
 * Closes the connection beyond a limit and at a binary frame. Answers pings.
 */
final class FrameLimitHandler extends ChannelInboundHandlerAdapter {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final FrameLimits limits;
  private final FrameWriter writer;
  private final Closer closer;
  private final Metrics metrics;
  private final TokenBucket frames;
  private final TokenBucket octets;
  private int fragments;
  private int bytes;

  FrameLimitHandler(
      FrameLimits limits, FrameWriter writer, Closer closer, Metrics metrics, long nowNanos) {
    this.limits = limits;
    this.writer = writer;
    this.closer = closer;
    this.metrics = metrics;
    this.frames = TokenBucket.of(limits.perSecond(), SECOND, limits.burst(), nowNanos);
    int burst = Math.max(limits.bytesPerSecond(), limits.maxBytes());
    this.octets = TokenBucket.of(limits.bytesPerSecond(), SECOND, burst, nowNanos);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof WebSocketFrame frame)) {
      ctx.fireChannelRead(message);
      return;
    }
    long now = ctx.executor().ticker().nanoTime();
    metrics.frameIn();
    writer.counts().received(now);
    Optional<CloseReason> objection =
        isFlood(frame, now) ? Optional.of(CloseReason.FLOOD) : objection(frame);
    if (objection.isPresent()) {
      frame.release();
      new Violation(objection.get()).pass(ctx, closer);
    } else {
      pass(ctx, frame);
    }
  }

  @Override
  @SuppressWarnings("deprecation") // only this handler knows the place of the frame
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Optional<Violation> violation = Violation.of(cause);
    if (violation.isPresent()) {
      violation.get().pass(ctx, closer);
    } else {
      ctx.fireExceptionCaught(cause);
    }
  }

  private boolean isFlood(WebSocketFrame frame, long nowNanos) {
    return !frames.tryTake(nowNanos) || !octets.tryTake(frame.content().readableBytes(), nowNanos);
  }

  /** Counts bytes that a frame has become, so far uncounted; false beyond the limit. */
  boolean take(int more, long nowNanos) {
    return octets.tryTake(more, nowNanos);
  }

  private Optional<CloseReason> objection(WebSocketFrame frame) {
    if (isControl(frame)) {
      return Optional.empty();
    }
    if (frame instanceof BinaryWebSocketFrame) {
      return Optional.of(CloseReason.NOT_TEXT);
    }
    fragments++;
    bytes += frame.content().readableBytes();
    if (fragments > limits.maxFragments()) {
      return Optional.of(CloseReason.TOO_MANY_FRAGMENTS);
    }
    if (bytes > limits.maxBytes()) {
      return Optional.of(CloseReason.TOO_LARGE);
    }
    if (frame.isFinalFragment()) {
      fragments = 0;
      bytes = 0;
    }
    return Optional.empty();
  }

  private void pass(ChannelHandlerContext ctx, WebSocketFrame frame) {
    if (!isControl(frame)) {
      ctx.fireChannelRead(frame);
      return;
    }
    if (frame instanceof PingWebSocketFrame) {
      writer.pong(frame.content());
    }
    frame.release();
  }

  private static boolean isControl(WebSocketFrame frame) {
    return frame instanceof PingWebSocketFrame || frame instanceof PongWebSocketFrame;
  }
}
