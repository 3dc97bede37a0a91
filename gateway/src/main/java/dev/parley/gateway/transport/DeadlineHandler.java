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
 * request or, after an upgrade, until its user is known. Between an HTTP answer and the first byte
 * of the next request a socket is idle, and may be so for longer. It runs in steps, so that a pause
 * of the whole process costs the client one of them at most. Removed once the user is known.
 */
final class DeadlineHandler extends ChannelInboundHandlerAdapter {

  private static final int STEPS = 4;

  private final Duration timeout;
  private final Duration keepAlive;
  private final Metrics metrics;
  private @Nullable Future<?> timer;
  private @Nullable Runnable politely;
  private volatile boolean isIdle; // read on other loops, when one of many has to go

  /**
   * Gives a socket so much time.
   *
   * @param timeout for a request from its first byte on, and to take an answer
   * @param keepAlive between an answer and the next request
   */
  DeadlineHandler(Duration timeout, Duration keepAlive, Metrics metrics) {
    this.timeout = timeout;
    this.keepAlive = keepAlive;
    this.metrics = metrics;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    restart(ctx);
    ctx.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (isIdle) {
      restart(ctx);
    }
    ctx.fireChannelRead(message);
  }

  /** A request is complete: it may take as long as it needs. */
  void met() {
    isIdle = false;
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  /** From now on it is the client's turn again. */
  void restart(ChannelHandlerContext ctx) {
    within(timeout, ctx);
  }

  /** All is answered: the next request may come, or not. */
  void idle(ChannelHandlerContext ctx) {
    within(keepAlive, ctx);
    isIdle = true;
  }

  /** Whether nothing is under way: no loss but that of a kept connection. Callable on any loop. */
  boolean isIdle() {
    return isIdle;
  }

  private void within(Duration time, ChannelHandlerContext ctx) {
    met();
    await(ctx, time, STEPS);
  }

  private void await(ChannelHandlerContext ctx, Duration time, int steps) {
    Runnable then = steps == 1 ? () -> missed(ctx) : () -> await(ctx, time, steps - 1);
    timer = ctx.executor().schedule(then, time.toNanos() / STEPS, TimeUnit.NANOSECONDS);
  }

  /** From now on a missed deadline does this, in place of closing the socket without a word. */
  void onMissed(Runnable farewell) {
    politely = farewell;
  }

  private void missed(ChannelHandlerContext ctx) {
    timer = null;
    if (!isIdle) {
      metrics.deadlineMissed();
    }
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
