package dev.parley.gateway.monitor;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.AtomicHistogram;
import org.HdrHistogram.Histogram;

/**
 * All durations of one kind since the start, with two significant digits (HdrHistogram). Recording
 * takes no lock and allocates nothing. Callable from any thread.
 */
public final class Latency {

  /** Shorter ones count as this. */
  static final long LOWEST_NANOS = 1_000;

  /** Longer ones count as this. */
  static final long HIGHEST_NANOS = Duration.ofHours(4).toNanos();

  static final int DIGITS = 2;

  private final AtomicHistogram counts = new AtomicHistogram(LOWEST_NANOS, HIGHEST_NANOS, DIGITS);
  private final LongAdder sum = new LongAdder();

  /** Adds one duration; a negative one, of a clock that was set, counts as 0. */
  public void record(long nanos) {
    long duration = Math.max(0, nanos);
    counts.recordValue(Math.min(duration, HIGHEST_NANOS));
    sum.add(duration);
  }

  /**
   * Copies what was recorded until now. What is recorded meanwhile may be missing in it, and may be
   * in its sum alone.
   */
  public LatencySnapshot snapshot() {
    Histogram copy = emptyCounts();
    long nanos = addTo(copy);
    return new LatencySnapshot(copy, nanos);
  }

  /** Adds the counts to these, in the same way, and returns the sum of the durations. */
  long addTo(Histogram other) {
    other.add(counts);
    return sum.sum();
  }

  static Histogram emptyCounts() {
    return new Histogram(LOWEST_NANOS, HIGHEST_NANOS, DIGITS);
  }
}
