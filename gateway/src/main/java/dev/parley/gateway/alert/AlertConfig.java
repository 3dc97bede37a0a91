package dev.parley.gateway.alert;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.config.ByteSize;
import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.hook.HookReceiver;
import dev.parley.gateway.hook.ReceiverSettings;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What raises alerts, and who is told.
 *
 * @param connectionErrors maximum a minute
 * @param heap maximum in use
 * @param disk maximum share in use of the file system of the store
 * @param agentFailures maximum share of the runs of an agent
 * @param certificate minimum time that the certificate of the gateway is still valid
 * @param stalls for how long something may take no step
 * @param clearAfter how long things must be well before an alert clears
 * @param inbox whether operators are told in their inboxes
 * @param receiver who is told of alerts by web hooks
 */
public record AlertConfig(
    List<ObjectiveConfig> objectives,
    int connectionErrors,
    ByteSize heap,
    double disk,
    double agentFailures,
    Duration certificate,
    StallConfig stalls,
    Duration clearAfter,
    boolean inbox,
    Optional<HookReceiver> receiver) {

  private static final BigDecimal PERCENT = new BigDecimal("100");

  private static final ReceiverSettings RECEIVER = new ReceiverSettings("alerts", "alerts");

  public AlertConfig {
    objectives = List.copyOf(objectives);
    requireNonNull(heap, "heap");
    requireNonNull(certificate, "certificate");
    requireNonNull(stalls, "stalls");
    requireNonNull(clearAfter, "clearAfter");
    requireNonNull(receiver, "receiver");
  }

  public static AlertConfig read(Settings settings) {
    return new AlertConfig(
        ObjectiveConfig.readAll(settings),
        settings.get(
            "alerts.connection_errors",
            "5",
            Parsers.integer(0, 1_000_000),
            "Maximum of handshakes and connections in a minute that end by a fault or overload of"
                + " the gateway; more raise an alert."),
        settings.get(
            "alerts.heap",
            "500MiB",
            Quantities.bytes("1MiB", "1024GiB"),
            "Maximum heap in use; more for a whole minute raises an alert."),
        percent(
            settings,
            "alerts.disk",
            "90",
            "Maximum percentage in use of the file system of the store; more raises an alert."),
        percent(
            settings,
            "alerts.agent_failures",
            "20",
            "Maximum percentage of the runs of an agent that fail in 5 minutes, if there were at"
                + " least 10; more raises an alert."),
        settings.get(
            "alerts.certificate",
            "336h",
            Quantities.duration("0s", "8760h"),
            "Minimum time that the certificate of the gateway is still valid; less raises an alert,"
                + " which a reload of a newer one clears. 336h are 14 days."),
        StallConfig.read(settings),
        settings.get(
            "alerts.clear_after",
            "1m",
            Quantities.duration("0ms", "1h"),
            "Time that things must be well before an alert clears."),
        settings.get(
            "alerts.inbox",
            "true",
            Parsers.bool(),
            "Whether operators are told of alerts by a notification in their inboxes."),
        RECEIVER.read(settings));
  }

  static double percent(Settings settings, String name, String given, String meaning) {
    return settings
        .get(name, given, Parsers.decimal("0.001", "100"), meaning)
        .divide(PERCENT)
        .doubleValue();
  }

  /** Refuses a key that signs something else too. */
  public void refuseSecret(Secret other, Settings settings) {
    RECEIVER.refuseSecret(other, settings);
  }
}
