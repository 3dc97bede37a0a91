package dev.parley.gateway.monitor;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.HdrHistogram.Histogram;

/**
 * The latencies of one kind by at most two labels, whose values come from settings. Callable from
 * any thread; a value that was asked for before is found without a lock or an allocation.
 */
final class LatencyFamily {

  private static final String NONE = "";

  private final MetricFamily family;
  private final Map<String, Map<String, Latency>> series = new ConcurrentHashMap<>();

  LatencyFamily(MetricFamily family) {
    this.family = family;
  }

  MetricFamily family() {
    return family;
  }

  Latency of() {
    return of(NONE, NONE);
  }

  Latency of(String value) {
    return of(value, NONE);
  }

  Latency of(String first, String second) {
    Map<String, Latency> ofFirst = series.get(first);
    if (ofFirst == null) {
      ofFirst = series.computeIfAbsent(first, absent -> new ConcurrentHashMap<>());
    }
    Latency latency = ofFirst.get(second);
    return latency == null ? ofFirst.computeIfAbsent(second, absent -> new Latency()) : latency;
  }

  /** Calls the action with the values of the labels and what was recorded with them. */
  void forEach(BiConsumer<String[], LatencySnapshot> action) {
    forEachSeries((values, latency) -> action.accept(values, latency.snapshot()));
  }

  /** What was recorded with values of the labels that are wanted, added up. */
  LatencySnapshot sum(Predicate<String[]> isWanted) {
    Histogram counts = Latency.emptyCounts();
    AtomicLong nanos = new AtomicLong();
    forEachSeries(
        (values, latency) -> {
          if (isWanted.test(values)) {
            nanos.addAndGet(latency.addTo(counts));
          }
        });
    return new LatencySnapshot(counts, nanos.get());
  }

  private void forEachSeries(BiConsumer<String[], Latency> action) {
    int labels = family.labels().size();
    series.forEach(
        (first, ofFirst) ->
            ofFirst.forEach(
                (second, latency) -> {
                  String[] values = {first, second};
                  action.accept(Arrays.copyOf(values, labels), latency);
                }));
  }
}
