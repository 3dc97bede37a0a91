package dev.parley.gateway.monitor;

import io.micrometer.core.instrument.Counter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * A counter with labels: one series for each value that was counted. Beyond a bound all other
 * values are one series. Callable from any thread; a value that was counted before is counted
 * without a lock, and without an allocation if there is one label.
 */
final class CounterFamily {

  /** Far more than there are reasons, codes and states; names are bounded before. */
  static final int MAX_SERIES = 1_000;

  private final int labels;
  private final Function<List<String>, Counter> series;
  private final Map<Object, Counter> byValue = new ConcurrentHashMap<>();

  /** Creates a series with this function, for as many values as there are labels. */
  CounterFamily(int labels, Function<List<String>, Counter> series) {
    this.labels = labels;
    this.series = series;
  }

  void increment(String value) {
    add(value, 1);
  }

  void add(String value, long times) {
    Counter counter = byValue.get(value);
    (counter == null ? added(value, List.of(value)) : counter).increment((double) times);
  }

  void increment(String first, String second) {
    List<String> values = List.of(first, second);
    Counter counter = byValue.get(values);
    (counter == null ? added(values, values) : counter).increment();
  }

  private Counter added(Object key, List<String> values) {
    if (byValue.size() < MAX_SERIES) {
      return byValue.computeIfAbsent(key, absent -> series.apply(values));
    }
    List<String> other = List.of(MetricLabels.OTHER, MetricLabels.OTHER).subList(0, labels);
    return byValue.computeIfAbsent(MetricLabels.OTHER, absent -> series.apply(other));
  }
}
