package dev.parley.gateway.alert;

import dev.parley.gateway.alert.SlidingCounts.Counts;
import dev.parley.gateway.monitor.LatencySnapshot;
import dev.parley.gateway.monitor.Metrics;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The conditions of a gateway, as its settings have them. */
public final class Conditions {

  private static final Duration HEAP_PERIOD = Duration.ofMinutes(1);
  private static final Duration AGENT_WINDOW = Duration.ofMinutes(5);
  private static final int MIN_RUNS = 10;
  private static final double BYTES_PER_MEBIBYTE = 1 << 20;
  private static final int PERCENT = 100;
  private static final String RUNS_ENDED = "parley_runs_ended_total";
  private static final String HANDSHAKES_REFUSED = "parley_handshakes_refused_total";
  private static final String CONNECTIONS_CLOSED = "parley_connections_closed_total";

  private final AlertConfig config;
  private final Metrics metrics;

  private Conditions(AlertConfig config, Metrics metrics) {
    this.config = config;
    this.metrics = metrics;
  }

  /**
   * All conditions.
   *
   * @param agents the names of the agents
   * @param disk of the store; empty if nothing is stored
   */
  public static List<Condition> of(
      AlertConfig config,
      Metrics metrics,
      Collection<String> agents,
      Optional<DiskUse> disk,
      Stalls stalls) {
    Conditions conditions = new Conditions(config, metrics);
    List<Condition> all = new ArrayList<>();
    config.objectives().forEach(objective -> all.add(conditions.objective(objective)));
    all.add(
        new RateCondition(
            "connection_errors",
            "connection errors",
            config.connectionErrors(),
            conditions::connectionErrors));
    all.add(conditions.heap());
    disk.ifPresent(use -> all.add(conditions.disk(use)));
    all.addAll(stalls.conditions(config.stalls()));
    agents.stream().sorted().forEach(agent -> all.add(conditions.agent(agent)));
    return all;
  }

  /**
   * That of the certificate of a gateway with TLS.
   *
   * @param remaining the seconds until its end; negative after it
   */
  public static Condition certificate(AlertConfig config, LongSupplier remaining) {
    return new CertificateCondition(config.certificate(), remaining);
  }

  private Condition objective(ObjectiveConfig objective) {
    long threshold = objective.threshold().toNanos();
    return new ShareCondition(
        "sla." + objective.name(),
        objective.subject(),
        new ShareCondition.Goal(objective.budget(), objective.window(), objective.minCount()),
        () -> {
          LatencySnapshot latency =
              metrics.latencies().snapshot(objective.stage(), objective.tier());
          return new Counts(latency.count(), latency.count() - latency.countUpTo(threshold));
        });
  }

  /** What went wrong in the gateway, and not with a client or its network. */
  private long connectionErrors() {
    return metrics.count(HANDSHAKES_REFUSED, "status", "500")
        + metrics.count(HANDSHAKES_REFUSED, "status", "503")
        + metrics.count(CONNECTIONS_CLOSED, "reason", "fault")
        + metrics.count(CONNECTIONS_CLOSED, "reason", "overloaded");
  }

  private Condition heap() {
    // The lowest of a minute is about what is left after a collection.
    return new LevelCondition(
        "heap",
        "heap in use",
        new LevelCondition.Goal(config.heap().bytes(), HEAP_PERIOD, Conditions::mebibytes),
        () -> ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
  }

  private Condition disk(DiskUse use) {
    return new LevelCondition(
        "disk",
        "disk of the store in use",
        new LevelCondition.Goal(config.disk(), Duration.ZERO, Conditions::percent),
        use::share);
  }

  private Condition agent(String name) {
    return new ShareCondition(
        "agent." + name,
        "runs of " + name + " failed",
        new ShareCondition.Goal(config.agentFailures(), AGENT_WINDOW, MIN_RUNS),
        () -> {
          // Failed first: a run that ends meanwhile is then not failed without having ended.
          long failed = metrics.count(RUNS_ENDED, "agent", name, "state", "failed");
          return new Counts(metrics.count(RUNS_ENDED, "agent", name), failed);
        });
  }

  private static String mebibytes(double bytes) {
    return String.format(Locale.ROOT, "%.0f MiB", bytes / BYTES_PER_MEBIBYTE);
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", share * PERCENT);
  }
}
