package dev.parley.gateway.transport;

import dev.parley.gateway.monitor.Metrics;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a socket whose request is not complete in time: from accept to the end of the request or,
 * after an upgrade, until the user is known. Between an HTTP response and the first byte of the
 * next request a socket is idle, and may be so for longer. The time is counted in steps, so a pause
 * of the whole process takes one step at most from the client. Removed when the user is known.
 */
final class DeadlineHandler extends ChannelInboundHandlerAdapter {

  private static final int STEPS = 4;

  private final Duration timeout;
  private final Duration keepAlive;
  private final Metrics metrics;
  private @Nullable Future<?> timer;
  private @Nullable Runnable onMissed;
  private volatile boolean isIdle; // read on other loops, to choose a socket to evict

  /**
   * Limits the time of a socket.
   *
   * @param timeout for a request from its first byte on, and to take the response
   * @param keepAlive between a response and the next request
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

  /** The request is complete: no deadline while it is processed. */
  void met() {
    isIdle = false;
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  /** The client has to send or take bytes again: a new deadline. */
  void restart(ChannelHandlerContext ctx) {
    start(timeout, ctx);
  }

  /** All requests are answered: the socket is idle. */
  void idle(ChannelHandlerContext ctx) {
    start(keepAlive, ctx);
    isIdle = true;
  }

  /** Whether no request or response is in progress. Callable on any loop. */
  boolean isIdle() {
    return isIdle;
  }

  private void start(Duration time, ChannelHandlerContext ctx) {
    met();
    await(ctx, time, STEPS);
  }

  private void await(ChannelHandlerContext ctx, Duration time, int steps) {
    Runnable then = steps == 1 ? () -> missed(ctx) : () -> await(ctx, time, steps - 1);
    timer = ctx.executor().schedule(then, time.toNanos() / STEPS, TimeUnit.NANOSECONDS);
  }

  /** A missed deadline runs this task from now on, instead of closing the socket. */
  void onMissed(Runnable task) {
    onMissed = task;
  }

  private void missed(ChannelHandlerContext ctx) {
    timer = null;
    if (!isIdle) {
      metrics.deadlineMissed();
    }
    if (onMissed != null) {
      onMissed.run();
    } else {
      ctx.close();
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    met();
  }
}
