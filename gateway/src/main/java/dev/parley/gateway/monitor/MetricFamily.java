package dev.parley.gateway.monitor;

import java.util.List;
import java.util.Locale;

/**
 * One named figure of {@code /metrics}, with all its series.
 *
 * @param name as it is exposed, with its unit
 * @param labels the names of its labels, in order
 * @param help one sentence
 */
public record MetricFamily(String name, Kind kind, List<String> labels, String help) {

  /** How its values behave (Prometheus, "Metric types"). */
  public enum Kind {
    COUNTER,
    GAUGE,
    HISTOGRAM;

    private final String wire = name().toLowerCase(Locale.ROOT);

    public String wire() {
      return wire;
    }
  }

  public MetricFamily {
    labels = List.copyOf(labels);
  }
}
