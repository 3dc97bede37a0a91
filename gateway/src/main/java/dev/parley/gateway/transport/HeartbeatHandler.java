package dev.parley.gateway.transport;

import dev.parley.gateway.protocol.CloseReason;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Pings in a steady beat and ends a connection that lets two go unanswered. Any frame counts as a
 * sign of life; while the gateway itself does not read, silence proves nothing.
 */
final class HeartbeatHandler extends ChannelInboundHandlerAdapter {

  private static final int MOST_MISSED = 2;

  private final long beatNanos;
  private final FrameWriter writer;
  private final Closer closer;
  private @Nullable Future<?> timer;
  private boolean isAlive = true;
  private int missed;

  HeartbeatHandler(Duration beat, FrameWriter writer, Closer closer) {
    this.beatNanos = beat.toNanos();
    this.writer = writer;
    this.closer = closer;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    timer =
        ctx.executor()
            .scheduleAtFixedRate(() -> beat(ctx), beatNanos, beatNanos, TimeUnit.NANOSECONDS);
  }

  private void beat(ChannelHandlerContext ctx) {
    missed = isAlive || !ctx.channel().config().isAutoRead() ? 0 : missed + 1;
    isAlive = false;
    if (missed < MOST_MISSED) {
      writer.ping();
    } else {
      closer.close(CloseReason.TIMED_OUT);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    isAlive = true;
    ctx.fireChannelRead(message);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (timer != null) {
      timer.cancel(false);
    }
  }
}
