package dev.parley.gateway.monitor;

import java.lang.management.ManagementFactory;
import java.util.List;

/** The figures that a history keeps: those of {@code /metrics}. Read by the thread that samples. */
final class HistoryFigures {

  private static final List<String> NAMES =
      List.of(
          "commands_per_second",
          "events_per_second",
          "refused_per_second",
          "connections",
          "users",
          "runs",
          "heap_bytes",
          "outbound_bytes",
          "commit_queue_bytes",
          "disk_free_bytes",
          "loop_delay_ms");

  private final Metrics metrics;

  HistoryFigures(Metrics metrics) {
    this.metrics = metrics;
  }

  /** The names of all: of {@link #counts}, of {@link #levels}, and {@code loop_delay_ms}. */
  List<String> names() {
    return NAMES;
  }

  /** What only grows, and is kept as a rate. */
  double[] counts() {
    return new double[] {
      metrics.count("parley_commands_total"),
      metrics.count("parley_events_appended_total"),
      (double) metrics.count("parley_commands_refused_total")
          + metrics.count("parley_handshakes_refused_total")
    };
  }

  /** What there is now. */
  double[] levels() {
    return new double[] {
      metrics.openConnections(),
      metrics.liveContexts(),
      metrics.openRuns(),
      ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
      metrics.level("parley_outbound_bytes"),
      metrics.level("parley_commit_queue_bytes"),
      metrics.level("parley_store_disk_free_bytes")
    };
  }

  LatencySnapshot latency(Stage stage) {
    return metrics.latencies().snapshot(stage, "");
  }
}
