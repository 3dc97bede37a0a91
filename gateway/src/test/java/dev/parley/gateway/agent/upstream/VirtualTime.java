package dev.parley.gateway.agent.upstream;

import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Time that passes when a test says so. Callable from any thread. */
final class VirtualTime implements UpstreamTime {

  private static final Duration MAX_WAIT = Duration.ofSeconds(20);

  private final List<Timer> timers = new ArrayList<>();
  private long nanos;

  private record Timer(long due, EventExecutor loop, Runnable task) {}

  @Override
  public synchronized long nanoTime() {
    return nanos;
  }

  @Override
  public synchronized Instant now() {
    return Instant.parse("2026-11-01T12:00:00Z").plusNanos(nanos);
  }

  @Override
  public synchronized Runnable schedule(EventExecutor loop, Duration delay, Runnable task) {
    Timer timer = new Timer(nanos + delay.toNanos(), loop, task);
    timers.add(timer);
    notifyAll();
    return () -> cancel(timer);
  }

  private synchronized void cancel(Timer timer) {
    timers.remove(timer);
  }

  /** Waits until a task is due after exactly this time from now. */
  synchronized void awaitTimer(Duration delay) {
    long deadline = System.nanoTime() + MAX_WAIT.toNanos();
    while (delays().stream().noneMatch(delay::equals)) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new AssertionError("timers: " + delays() + " (expected: " + delay + ")");
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** The delays after which tasks are due, the shortest first. */
  synchronized List<Duration> delays() {
    return timers.stream().map(each -> Duration.ofNanos(each.due() - nanos)).sorted().toList();
  }

  /** Lets the time pass; what is due then runs on its loop, in order, before this returns. */
  void pass(Duration duration) {
    List<Timer> due;
    synchronized (this) {
      nanos += duration.toNanos();
      due =
          timers.stream()
              .filter(each -> each.due() <= nanos)
              .sorted(Comparator.comparingLong(Timer::due))
              .toList();
      timers.removeAll(due);
    }
    due.forEach(each -> each.loop().submit(each.task()).syncUninterruptibly());
  }
}
