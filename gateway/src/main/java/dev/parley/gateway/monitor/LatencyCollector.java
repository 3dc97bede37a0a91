package dev.parley.gateway.monitor;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives the latencies to the Prometheus registry as histograms with fixed buckets. Called on the
 * thread that scrapes.
 */
final class LatencyCollector implements MultiCollector {

  /** The upper bounds of the buckets in seconds, but for the last, which has none. */
  static final double[] BOUNDS = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
    1800
  };

  private static final double NANOS_PER_SECOND = 1e9;

  private final List<LatencyFamily> families;

  LatencyCollector(List<LatencyFamily> families) {
    this.families = families;
  }

  @Override
  public MetricSnapshots collect() {
    List<MetricSnapshot> all = new ArrayList<>();
    for (LatencyFamily family : families) {
      MetricSnapshot histogram = histogram(family);
      if (!histogram.getDataPoints().isEmpty()) {
        all.add(histogram);
      }
    }
    return new MetricSnapshots(all);
  }

  private static MetricSnapshot histogram(LatencyFamily family) {
    List<HistogramDataPointSnapshot> series = new ArrayList<>();
    String[] names = family.family().labels().toArray(String[]::new);
    family.forEach(
        (values, latency) ->
            series.add(
                HistogramDataPointSnapshot.builder()
                    .labels(Labels.of(names, values))
                    .classicHistogramBuckets(buckets(latency))
                    .sum(latency.sumNanos() / NANOS_PER_SECOND)
                    .build()));
    HistogramSnapshot.Builder histogram =
        HistogramSnapshot.builder().name(family.family().name()).help(family.family().help());
    series.forEach(histogram::dataPoint);
    return histogram.build();
  }

  private static ClassicHistogramBuckets buckets(LatencySnapshot latency) {
    double[] bounds = new double[BOUNDS.length + 1];
    long[] counts = new long[bounds.length];
    long before = 0;
    for (int i = 0; i < BOUNDS.length; i++) {
      bounds[i] = BOUNDS[i];
      long upTo = latency.countUpTo(Math.round(BOUNDS[i] * NANOS_PER_SECOND));
      counts[i] = upTo - before;
      before = upTo;
    }
    bounds[BOUNDS.length] = Double.POSITIVE_INFINITY;
    counts[BOUNDS.length] = latency.count() - before;
    return ClassicHistogramBuckets.of(bounds, counts);
  }
}
