package dev.parley.gateway.transport;

import dev.parley.gateway.protocol.CloseReason;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Pings at a fixed interval and closes a connection when two pings in a row are unanswered for a
 * whole interval. Any frame counts as an answer. A ping does not count as missed while the gateway
 * does not read, when the interval ended late (the process was paused, and frames may be unread),
 * or while the peer still takes bytes from the kernel: the ping is behind them.
 */
final class HeartbeatHandler extends ChannelInboundHandlerAdapter {

  private static final int MAX_MISSED = 2;

  private final long beatNanos;
  private final FrameWriter writer;
  private final Closer closer;
  private @Nullable Future<?> timer;
  private volatile long due;
  private volatile boolean isAlive = true;
  private volatile long deadAt;
  private int missed;
  private long acknowledged;

  HeartbeatHandler(Duration beat, FrameWriter writer, Closer closer) {
    this.beatNanos = beat.toNanos();
    this.writer = writer;
    this.closer = closer;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    arm(ctx);
  }

  /** Starts the next interval from now: late intervals are not made up for. */
  private void arm(ChannelHandlerContext ctx) {
    due = now(ctx) + beatNanos;
    deadAt = due + (MAX_MISSED - 1 - missed) * beatNanos;
    timer = ctx.executor().schedule(() -> beat(ctx), beatNanos, TimeUnit.NANOSECONDS);
  }

  /** When the connection is closed if no frame comes until then. Callable from any thread. */
  long deadAtNanos() {
    return isAlive ? due + MAX_MISSED * beatNanos : deadAt;
  }

  private void beat(ChannelHandlerContext ctx) {
    boolean isLate = now(ctx) - due > beatNanos / 2;
    boolean takes = takes(ctx);
    if (isAlive || takes || !ctx.channel().config().isAutoRead()) {
      missed = 0;
    } else if (!isLate) {
      missed++;
    }
    isAlive = false;
    if (missed == MAX_MISSED) {
      closer.close(CloseReason.TIMED_OUT);
      return;
    }
    writer.ping();
    arm(ctx);
  }

  /** Whether the peer took some of the bytes in the kernel since the last ping, but not all. */
  private boolean takes(ChannelHandlerContext ctx) {
    TcpInfo info = TcpInfo.of(ctx.channel());
    boolean takes = info.isWaiting() && info.acknowledged() != acknowledged;
    acknowledged = info.acknowledged();
    return takes;
  }

  private static long now(ChannelHandlerContext ctx) {
    return ctx.executor().ticker().nanoTime();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!isAlive) {
      isAlive = true;
    }
    ctx.fireChannelRead(message);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (timer != null) {
      timer.cancel(false);
    }
  }
}
