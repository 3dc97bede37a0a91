package dev.parley.gateway;

import dev.parley.gateway.limit.Tier;
import dev.parley.gateway.log.QueueBound;
import dev.parley.gateway.monitor.Metrics;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/** Shows the version and the configured limits as metrics, beside the figures that they bound. */
final class LimitGauges {

  private final Metrics metrics;
  private final GatewayConfig config;

  private LimitGauges(Metrics metrics, GatewayConfig config) {
    this.metrics = metrics;
    this.config = config;
  }

  /** Adds all gauges. */
  static void add(Metrics metrics, GatewayConfig config) {
    metrics
        .gauges("parley_version", "1; its label is the version of the gateway.", "version")
        .accept(Version.number(), () -> 1);
    LimitGauges limits = new LimitGauges(metrics, config);
    limits.ofProcess();
    limits.ofTiers();
  }

  private void ofProcess() {
    metrics.gauge(
        "parley_limit_sockets",
        "Sockets that the process may have.",
        () -> config.listener().sockets().connections());
    metrics.gauge(
        "parley_limit_outbound_bytes",
        "Bytes that may wait for sockets.",
        () -> config.outbound().bytes());
    metrics.gauge(
        "parley_limit_page_bytes",
        "Bytes that pages of the store may have in memory.",
        () -> config.reads().pageBytes());
    metrics.gauge(
        "parley_limit_recent_bytes",
        "Bytes that recent events may have in memory.",
        () -> config.reads().recentBytes());
    metrics.gauge(
        "parley_limit_commit_queue_bytes",
        "Bytes that may wait for the committer.",
        () -> QueueBound.DEFAULT_BYTES);
    metrics.gauge(
        "parley_limit_store_memory_bytes",
        "Bytes that caches and buffers of the store may have.",
        () -> config.store().memory());
  }

  private void ofTiers() {
    each("connections", "Connections that a user of the tier may have.", Tier::connections);
    each("open_runs", "Open runs that a user of the tier may have.", Tier::openRuns);
    each("stored_bytes", "Bytes that a user of the tier may store.", Tier::storedBytes);
    each("threads", "Threads that a user of the tier may have.", Tier::threads);
    each(
        "commands_per_minute",
        "Commands that a user of the tier may send a minute.",
        Tier::commandsPerMinute);
  }

  private void each(String limit, String help, ToLongFunction<Tier> figure) {
    var gauges = metrics.gauges("parley_limit_" + limit, help, "tier");
    for (Map.Entry<String, Tier> tier : config.limits().tiers().entrySet()) {
      LongSupplier value = () -> figure.applyAsLong(tier.getValue());
      gauges.accept(tier.getKey(), value);
    }
  }
}
