package dev.parley.gateway.transport;

import dev.parley.gateway.monitor.LoopDelay;
import dev.parley.gateway.monitor.LoopHeartbeat;
import io.netty.channel.EventLoop;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Measures ten times a second how late an event loop runs a task that is due. Runs on that loop
 * until it ends.
 */
final class LoopProbe implements Runnable, LoopHeartbeat {

  private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final EventLoop loop;
  private final LoopDelay delay;
  private volatile long dueNanos;
  private volatile @Nullable Thread thread;

  private LoopProbe(EventLoop loop, LoopDelay delay) {
    this.loop = loop;
    this.delay = delay;
    this.dueNanos = loop.ticker().nanoTime() + PERIOD_NANOS;
  }

  static LoopHeartbeat start(EventLoop loop, LoopDelay delay) {
    LoopProbe probe = new LoopProbe(loop, delay);
    loop.execute(probe::begin);
    return probe;
  }

  private void begin() {
    thread = Thread.currentThread();
    arm();
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

  @Override
  public long overdueNanos() {
    return loop.isShuttingDown() ? 0 : Math.max(0, loop.ticker().nanoTime() - dueNanos);
  }

  @Override
  public Optional<Thread> thread() {
    return Optional.ofNullable(thread);
  }
}
