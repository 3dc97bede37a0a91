package dev.parley.gateway.monitor;

import java.util.Map;

/**
 * A copy of a history, the oldest step first; every array has one number for each step. NaN stands
 * for what is not known. Written by nobody after it was made.
 */
public final class HistoryView {

  private final HistorySpan span;
  private final long[] times;
  private final Map<String, double[]> series;
  private final Map<Stage, Map<String, double[]>> latencies;

  HistoryView(
      HistorySpan span,
      long[] times,
      Map<String, double[]> series,
      Map<Stage, Map<String, double[]>> latencies) {
    this.span = span;
    this.times = times;
    this.series = series;
    this.latencies = latencies;
  }

  public HistorySpan span() {
    return span;
  }

  /** The end of each step, in milliseconds since the epoch. */
  public long[] times() {
    return times;
  }

  /** Levels at the ends of the steps, and rates within them, by name, in a fixed order. */
  public Map<String, double[]> series() {
    return series;
  }

  /** For each stage {@code count}, {@code p50_ms}, {@code p90_ms} and {@code p99_ms}. */
  public Map<Stage, Map<String, double[]>> latencies() {
    return latencies;
  }
}
