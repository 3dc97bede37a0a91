package dev.parley.gateway.transport;

import dev.parley.gateway.monitor.LoopDelay;
import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;

/**
 * Measures ten times a second how late an event loop runs a task that is due. Runs on that loop
 * until it ends.
 */
final class LoopProbe implements Runnable {

  private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final EventLoop loop;
  private final LoopDelay delay;
  private long dueNanos;

  private LoopProbe(EventLoop loop, LoopDelay delay) {
    this.loop = loop;
    this.delay = delay;
  }

  static void start(EventLoop loop, LoopDelay delay) {
    loop.execute(new LoopProbe(loop, delay)::arm);
  }

  private void arm() {
    if (!loop.isShuttingDown()) {
      dueNanos = loop.ticker().nanoTime() + PERIOD_NANOS;
      var ignored = loop.schedule(this, PERIOD_NANOS, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void run() {
    delay.record(loop.ticker().nanoTime() - dueNanos);
    arm();
  }
}
