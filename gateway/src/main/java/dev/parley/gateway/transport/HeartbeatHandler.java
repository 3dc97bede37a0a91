package dev.parley.gateway.transport;

import dev.parley.gateway.protocol.CloseReason;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Pings in a steady beat and ends a connection that lets two go unanswered, each for a whole beat.
 * Any frame counts as a sign of life. Silence proves nothing while the gateway itself does not
 * read, when a beat comes late (the process stood still, and what was sent is still to be read), or
 * while the peer still takes what the kernel holds for it: the ping is behind that.
 */
final class HeartbeatHandler extends ChannelInboundHandlerAdapter {

  private static final int MOST_MISSED = 2;

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

  /** One beat after the other: none is made up for. */
  private void arm(ChannelHandlerContext ctx) {
    due = now(ctx) + beatNanos;
    deadAt = due + (MOST_MISSED - 1 - missed) * beatNanos;
    timer = ctx.executor().schedule(() -> beat(ctx), beatNanos, TimeUnit.NANOSECONDS);
  }

  /** When it will be declared dead, if it is silent until then. Callable from any thread. */
  long deadAtNanos() {
    return isAlive ? due + MOST_MISSED * beatNanos : deadAt;
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
    if (missed == MOST_MISSED) {
      closer.close(CloseReason.TIMED_OUT);
      return;
    }
    writer.ping();
    arm(ctx);
  }

  /** Whether it took some of what the kernel holds since the last beat, but not all. */
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
