package dev.parley.gateway.user;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Settings;
import java.time.Duration;

/** How the gateway shuts down. */
public record DrainConfig(Duration period, Duration timeout) {

  public DrainConfig {
    requireNonNull(period, "period");
    requireNonNull(timeout, "timeout");
  }

  public static DrainConfig read(Settings settings) {
    return new DrainConfig(
        settings.get(
            "drain.period",
            "5s",
            Quantities.duration("0ms", "10m"),
            "At shutdown, period over which clients are told to spread their reconnects."),
        settings.get(
            "drain.timeout",
            "20s",
            Quantities.duration("0ms", "1h"),
            "At shutdown, time that open runs get to end by themselves."));
  }
}
