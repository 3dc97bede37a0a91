package dev.parley.gateway.monitor;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.TimeWindowMax;

/** How late the tasks of one event loop run. Callable from any thread. */
public final class LoopDelay {

  private static final int WINDOWS = 3;
  private static final long WINDOW_MILLIS = 20_000;

  private final Latency latency;
  private final TimeWindowMax highest = new TimeWindowMax(Clock.SYSTEM, WINDOW_MILLIS, WINDOWS);

  LoopDelay(Latency latency) {
    this.latency = latency;
  }

  /** A task ran so long after it was due. */
  public void record(long nanos) {
    latency.record(nanos);
    highest.record((double) nanos);
  }

  /** The longest delay of the last minute. */
  long highestNanos() {
    return (long) highest.poll();
  }
}
