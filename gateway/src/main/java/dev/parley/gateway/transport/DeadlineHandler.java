package dev.parley.gateway.transport;

import dev.parley.gateway.monitor.Metrics;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends a socket that has not said in time what it wants: measured from accept to the end of its
 * request or, after an upgrade, until its user is known; then from one HTTP answer to the next
 * request. It runs in steps, so that a pause of the whole process costs the client one of them at
 * most. Removed once the user is known.
 */
final class DeadlineHandler extends ChannelInboundHandlerAdapter {

  private static final int STEPS = 4;

  private final Duration timeout;
  private final Metrics metrics;
  private @Nullable Future<?> timer;
  private @Nullable Runnable politely;

  DeadlineHandler(Duration timeout, Metrics metrics) {
    this.timeout = timeout;
    this.metrics = metrics;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    restart(ctx);
    ctx.fireChannelActive();
  }

  /** A request is complete: it may take as long as it needs. */
  void met() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  /** From now on it is the client's turn again. */
  void restart(ChannelHandlerContext ctx) {
    met();
    await(ctx, STEPS);
  }

  private void await(ChannelHandlerContext ctx, int steps) {
    Runnable then = steps == 1 ? () -> missed(ctx) : () -> await(ctx, steps - 1);
    timer = ctx.executor().schedule(then, timeout.toNanos() / STEPS, TimeUnit.NANOSECONDS);
  }

  /** From now on a missed deadline does this, in place of closing the socket without a word. */
  void onMissed(Runnable farewell) {
    politely = farewell;
  }

  private void missed(ChannelHandlerContext ctx) {
    timer = null;
    metrics.deadlineMissed();
    if (politely != null) {
      politely.run();
    } else {
      ctx.close();
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    met();
  }
}
