package dev.parley.gateway.alert;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.config.ByteSize;
import dev.parley.gateway.config.MappingForm;
import dev.parley.gateway.config.Parser;
import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.config.Secrets;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.hook.HookKey;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What raises alerts, and who is told.
 *
 * @param connectionErrors maximum a minute
 * @param heap maximum in use
 * @param disk maximum share in use of the file system of the store
 * @param agentFailures maximum share of the runs of an agent
 * @param clearAfter how long things must be well before an alert clears
 * @param receiver who is told of alerts by web hooks
 */
public record AlertConfig(
    List<ObjectiveConfig> objectives,
    int connectionErrors,
    ByteSize heap,
    double disk,
    double agentFailures,
    Duration clearAfter,
    Optional<AlertReceiver> receiver) {

  /**
   * The receiver of alerts.
   *
   * @param keys the key that signs, and the last one while the receiver changes
   */
  public record AlertReceiver(URI url, List<Secret> keys) {
    public AlertReceiver {
      keys = List.copyOf(keys);
    }
  }

  private static final BigDecimal PERCENT = new BigDecimal("100");

  /** It may have a secret in its path, so it is not shown. */
  private static final Parser<URI> URL_PARSER =
      new Parser<>(
          Parsers.httpUrl().expectation(), true, MappingForm.NONE, Parsers.httpUrl().reading());

  private static final Setting<Optional<URI>> URL =
      Setting.optional(
          "alerts.url",
          URL_PARSER,
          "Address that is told of alerts by signed web hooks; never shown.");
  private static final Setting<Optional<Secret>> SECRET =
      Setting.optional(
          "alerts.secret",
          HookKey.PARSER,
          "Key that signs these hooks (Standard Webhooks); never shown.");
  private static final Setting<Optional<Secret>> SECRET_FILE =
      Setting.optional(
          "alerts.secret_file",
          Secrets.file(HookKey.PARSER),
          "File with that key, in place of alerts.secret.");
  private static final Setting<Optional<Secret>> LAST_SECRET =
      Setting.optional(
          "alerts.last_secret",
          HookKey.PARSER,
          "Key that signed before, and signs too while the receiver changes; never shown.");
  private static final Setting<Optional<Secret>> LAST_SECRET_FILE =
      Setting.optional(
          "alerts.last_secret_file",
          Secrets.file(HookKey.PARSER),
          "File with that key, in place of alerts.last_secret.");

  public AlertConfig {
    objectives = List.copyOf(objectives);
    requireNonNull(heap, "heap");
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
            "alerts.clear_after",
            "1m",
            Quantities.duration("0ms", "1h"),
            "Time that things must be well before an alert clears."),
        receiver(settings));
  }

  private static double percent(Settings settings, String name, String given, String meaning) {
    return settings
        .get(name, given, Parsers.decimal("0.001", "100"), meaning)
        .divide(PERCENT)
        .doubleValue();
  }

  private static Optional<AlertReceiver> receiver(Settings settings) {
    Optional<URI> url = settings.get(URL);
    Optional<Secret> key = settings.either(SECRET, SECRET_FILE);
    Optional<Secret> last = settings.either(LAST_SECRET, LAST_SECRET_FILE);
    boolean isKeySet = settings.isSet(SECRET) || settings.isSet(SECRET_FILE);
    if (settings.isSet(URL) != isKeySet) {
      settings.refuse(URL, "alerts.url and alerts.secret, both or none");
    }
    for (Setting<?> each : List.of(LAST_SECRET, LAST_SECRET_FILE)) {
      if (settings.isSet(each) && !isKeySet) {
        settings.refuse(each, "alerts.secret beside it");
      }
    }
    if (url.isEmpty() || key.isEmpty()) {
      return Optional.empty();
    }
    List<Secret> keys = new ArrayList<>(List.of(key.get()));
    last.ifPresent(keys::add);
    return Optional.of(new AlertReceiver(url.get(), keys));
  }

  /** Refuses a key that signs something else too. */
  public void refuseSecret(Secret other, Settings settings) {
    for (Setting<Optional<Secret>> each :
        List.of(SECRET, SECRET_FILE, LAST_SECRET, LAST_SECRET_FILE)) {
      if (settings.get(each).filter(other::equals).isPresent()) {
        settings.refuse(each, "a secret of its own, not that of auth.jwt");
      }
    }
  }
}
