package dev.parley.gateway.agent.upstream;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Time and delays of requests to services. Callable from any thread. */
interface UpstreamTime {

  /** A clock that only measures. */
  long nanoTime();

  Instant now();

  /**
   * Runs the task on the loop after the delay.
   *
   * @return cancels it
   */
  Runnable schedule(EventExecutor loop, Duration delay, Runnable task);

  /** The time of the system; the clock tells the time of day. */
  static UpstreamTime of(Clock clock) {
    return new UpstreamTime() {
      @Override
      public long nanoTime() {
        return System.nanoTime();
      }

      @Override
      public Instant now() {
        return clock.instant();
      }

      @Override
      public Runnable schedule(EventExecutor loop, Duration delay, Runnable task) {
        Future<?> timer = loop.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> timer.cancel(false);
      }
    };
  }
}
