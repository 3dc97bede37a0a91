package dev.parley.gateway.monitor;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The history of one span: at the end of each step it keeps the levels of that time, and how much
 * counters and latencies grew since the last sample. Used by one thread at a time.
 */
final class HistorySampler {

  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double[] PERCENTILES = {50, 90, 99};
  private static final List<String> OF_STAGE = List.of("count", "p50_ms", "p90_ms", "p99_ms");
  private static final Stage[] STAGES = Stage.values();

  private final HistorySpan span;
  private final HistoryFigures figures;
  private final List<String> names;
  private final HistoryRing ring;
  private final double[] row;
  private final long startNanos;
  private final double[] lastCounts;
  private final LatencySnapshot[] lastLatencies = new LatencySnapshot[STAGES.length];
  private long lastNanos;

  /** Begins at this time of a monotonic clock. */
  HistorySampler(HistorySpan span, HistoryFigures figures, long nanos) {
    this.span = span;
    this.figures = figures;
    this.names = figures.names();
    this.row = new double[names.size() + OF_STAGE.size() * STAGES.length];
    this.ring = new HistoryRing(span.slots(), row.length);
    this.startNanos = nanos;
    this.lastNanos = nanos;
    this.lastCounts = figures.counts();
    Arrays.setAll(lastLatencies, i -> figures.latency(STAGES[i]));
  }

  /** Keeps a sample if a step has ended since the last one. */
  void sample(long nanos) {
    long step = (nanos - startNanos) / span.step().toNanos();
    if (step <= ring.newest()) {
      return;
    }
    double seconds = (nanos - lastNanos) / NANOS_PER_SECOND;
    lastNanos = nanos;
    int at = 0;
    double[] counts = figures.counts();
    for (int i = 0; i < counts.length; i++) {
      row[at++] = (counts[i] - lastCounts[i]) / seconds;
      lastCounts[i] = counts[i];
    }
    double highestDelay = Double.NaN;
    int stageAt = names.size();
    for (int i = 0; i < STAGES.length; i++) {
      LatencySnapshot now = figures.latency(STAGES[i]);
      LatencySnapshot grown = now.since(lastLatencies[i]);
      lastLatencies[i] = now;
      row[stageAt++] = grown.count();
      for (double percentile : PERCENTILES) {
        row[stageAt++] = millis(grown, grown.percentileNanos(percentile));
      }
      if (STAGES[i] == Stage.LOOP_DELAY) {
        highestDelay = millis(grown, grown.highestNanos());
      }
    }
    for (double level : figures.levels()) {
      row[at++] = level;
    }
    row[at] = highestDelay;
    ring.add(step, row);
  }

  private static double millis(LatencySnapshot grown, long nanos) {
    return grown.count() == 0 ? Double.NaN : nanos / NANOS_PER_MILLI;
  }

  /**
   * A copy. The times are counted back from the present, so they are in order whatever was done to
   * the clock.
   *
   * @param epochMillis the present time of the clock
   * @param nanos the same of the monotonic clock
   */
  HistoryView view(long epochMillis, long nanos) {
    Map<String, double[]> series = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      series.put(names.get(i), ring.column(i));
    }
    Map<Stage, Map<String, double[]>> latencies = new EnumMap<>(Stage.class);
    int at = names.size();
    for (Stage stage : STAGES) {
      Map<String, double[]> ofStage = new LinkedHashMap<>();
      for (String name : OF_STAGE) {
        ofStage.put(name, ring.column(at++));
      }
      latencies.put(stage, ofStage);
    }
    return new HistoryView(span, times(epochMillis, nanos), series, latencies);
  }

  private long[] times(long epochMillis, long nanos) {
    long oldest = ring.oldest();
    long age = TimeUnit.NANOSECONDS.toMillis(nanos - startNanos);
    long step = span.step().toMillis();
    long[] times = new long[(int) (ring.newest() - oldest + 1)];
    Arrays.setAll(times, i -> epochMillis - age + (oldest + i) * step);
    return times;
  }
}
