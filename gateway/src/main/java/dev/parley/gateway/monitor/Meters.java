package dev.parley.gateway.monitor;

import dev.parley.gateway.monitor.MetricFamily.Kind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * The registered meters under the names that they are exposed with. Callable from any thread;
 * meters are registered while the gateway starts.
 */
final class Meters {

  private static final double NANOS_PER_SECOND = 1e9;

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT).throwExceptionOnRegistrationFailure();
  private final List<MetricFamily> families = new CopyOnWriteArrayList<>();

  Meters() {
    registry.config().meterFilter(ProcessMeters.FILTER);
  }

  /** A counter without labels. */
  Counter counter(String name, String help) {
    declare(name, Kind.COUNTER, List.of(), help);
    return Counter.builder(name).description(help).register(registry);
  }

  /** A counter whose value something else counts; called on the thread that scrapes. */
  void counter(String name, String help, LongSupplier count) {
    declare(name, Kind.COUNTER, List.of(), help);
    // The registry holds the object weakly, and the function strongly.
    FunctionCounter.builder(name, this, meters -> count.getAsLong())
        .description(help)
        .register(registry);
  }

  /** A counter with these labels. */
  CounterFamily counters(String name, String help, String... labels) {
    List<String> names = List.of(labels);
    declare(name, Kind.COUNTER, names, help);
    return new CounterFamily(
        labels.length,
        values ->
            Counter.builder(name).description(help).tags(tags(names, values)).register(registry));
  }

  /** Numbers of what there is now, by this label. */
  LevelFamily levels(String name, String help, String label) {
    return new LevelFamily(gauges(name, help, label));
  }

  /** A gauge; the supplier is called on the thread that scrapes. */
  void gauge(String name, String help, LongSupplier figure) {
    declare(name, Kind.GAUGE, List.of(), help);
    gauge(name, help, 1, figure, Tags.empty());
  }

  /** Gauges with this label; what is returned adds one for a value of it. */
  BiConsumer<String, LongSupplier> gauges(String name, String help, String label) {
    return gauges(name, help, 1, label);
  }

  /** The same in seconds, of figures in nanoseconds. */
  BiConsumer<String, LongSupplier> nanosGauges(String name, String help, String label) {
    return gauges(name, help, NANOS_PER_SECOND, label);
  }

  private BiConsumer<String, LongSupplier> gauges(
      String name, String help, double divisor, String label) {
    declare(name, Kind.GAUGE, List.of(label), help);
    return (value, figure) -> gauge(name, help, divisor, figure, Tags.of(label, value));
  }

  private void gauge(String name, String help, double divisor, LongSupplier figure, Tags tags) {
    Gauge.builder(name, () -> figure.getAsLong() / divisor)
        .description(help)
        .tags(tags)
        .register(registry);
  }

  /** Latencies, with fixed buckets. */
  void latencies(List<LatencyFamily> all) {
    all.forEach(each -> families.add(each.family()));
    registry.getPrometheusRegistry().register(new LatencyCollector(all));
  }

  private void declare(String name, Kind kind, List<String> labels, String help) {
    families.add(new MetricFamily(name, kind, labels, help));
  }

  private static Tags tags(List<String> names, List<String> values) {
    List<Tag> tags = new ArrayList<>(names.size());
    for (int i = 0; i < names.size(); i++) {
      tags.add(Tag.of(names.get(i), values.get(i)));
    }
    return Tags.of(tags);
  }

  /** All families of the gateway itself, in the order in which they were declared. */
  List<MetricFamily> families() {
    return List.copyOf(families);
  }

  MeterRegistry registry() {
    return registry;
  }

  /** The sum of all series of a counter that have these labels; 0 if there are none. */
  long count(String name, String... tags) {
    return Math.round(
        registry.find(name).tags(tags).counters().stream().mapToDouble(Counter::count).sum());
  }

  /** The sum of all series of a gauge; NaN if there are none. */
  double figure(String name) {
    return registry.find(name).gauges().stream()
        .mapToDouble(Gauge::value)
        .reduce(Double::sum)
        .orElse(Double.NaN);
  }

  /** The sums of all counters and gauges of the gateway itself, rounded down, by name. */
  Map<String, Long> sums() {
    Map<String, Double> sums = new TreeMap<>();
    for (MetricFamily family : families) {
      registry
          .find(family.name())
          .meters()
          .forEach(meter -> sums.merge(family.name(), value(meter), Double::sum));
    }
    Map<String, Long> rounded = new TreeMap<>();
    sums.forEach((name, sum) -> rounded.put(name, sum.longValue()));
    return rounded;
  }

  private static double value(Meter meter) {
    return meter.match(
        Gauge::value,
        Counter::count,
        timer -> 0.0,
        summary -> 0.0,
        longTask -> 0.0,
        timeGauge -> timeGauge.value(),
        functionCounter -> functionCounter.count(),
        functionTimer -> 0.0,
        other -> 0.0);
  }

  /** All meters as text of this content type. */
  byte[] scrape(String contentType) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      registry.scrape(text, contentType);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return text.toByteArray();
  }
}
