package dev.parley.gateway.monitor;

import org.HdrHistogram.Histogram;

/**
 * Durations of one kind, since the start or within an interval. Every value that it returns is
 * within 1 % of a duration that was recorded. Never changes.
 */
public final class LatencySnapshot {

  private final Histogram counts;
  private final long sumNanos;

  LatencySnapshot(Histogram counts, long sumNanos) {
    this.counts = counts;
    this.sumNanos = sumNanos;
  }

  /** How many durations there are. */
  public long count() {
    return counts.getTotalCount();
  }

  /** The sum of all durations, exactly. */
  public long sumNanos() {
    return sumNanos;
  }

  /** The duration that so many percent, from 0 to 100, do not exceed; 0 if there are none. */
  public long percentileNanos(double percent) {
    return count() == 0 ? 0 : counts.getValueAtPercentile(percent);
  }

  /** The longest duration; 0 if there are none. */
  public long highestNanos() {
    return count() == 0 ? 0 : counts.getMaxValue();
  }

  /** How many durations are at most this long. */
  public long countUpTo(long nanos) {
    return counts.getCountBetweenValues(0, Math.min(nanos, Latency.HIGHEST_NANOS));
  }

  /** The durations that were recorded after the earlier snapshot of the same kind. */
  public LatencySnapshot since(LatencySnapshot earlier) {
    Histogram difference = counts.copy();
    difference.subtract(earlier.counts);
    return new LatencySnapshot(difference, sumNanos - earlier.sumNanos);
  }
}
