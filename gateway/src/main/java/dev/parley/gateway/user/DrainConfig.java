package dev.parley.gateway.user;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.config.Key;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.Settings;
import java.time.Duration;
import java.util.List;

/**
 * How the gateway ends.
 *
 * @param period over which clients are told to spread their return
 * @param timeout that open runs are given to end by themselves
 */
public record DrainConfig(Duration period, Duration timeout) {

  private static final Key<Duration> PERIOD =
      Key.of(
          "drain.period",
          "5s",
          Quantities.duration("0ms", "10m"),
          "When the gateway ends, time over which clients are told to spread their return.");
  private static final Key<Duration> TIMEOUT =
      Key.of(
          "drain.timeout",
          "20s",
          Quantities.duration("0ms", "1h"),
          "When the gateway ends, time that open runs are given to end by themselves.");

  public static final List<Setting> KEYS = List.of(PERIOD, TIMEOUT);

  public DrainConfig {
    requireNonNull(period, "period");
    requireNonNull(timeout, "timeout");
  }

  public static DrainConfig read(Settings settings, Problems problems) {
    return new DrainConfig(settings.get(PERIOD, problems), settings.get(TIMEOUT, problems));
  }
}
