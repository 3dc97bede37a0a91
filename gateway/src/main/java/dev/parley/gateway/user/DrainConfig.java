package dev.parley.gateway.user;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.protocol.ConnectionId;
import java.time.Duration;

/**
 * How the gateway shuts down.
 *
 * @param notice time for which it only says that it is not ready, and works as before
 * @param period time over which clients spread their reconnects
 * @param timeout time that open runs get to end by themselves, after the notice
 */
public record DrainConfig(Duration notice, Duration period, Duration timeout) {

  private static final Duration MIN_AWAY = Duration.ofMillis(500);

  public DrainConfig {
    requireNonNull(notice, "notice");
    requireNonNull(period, "period");
    requireNonNull(timeout, "timeout");
  }

  /**
   * How long this connection stays away after its close. Ids of connections are random: those of
   * one gateway come back spread evenly over the period.
   */
  long reconnectAfterMillis(ConnectionId connection) {
    long spread = Math.floorMod(connection.value().hashCode(), Math.max(1, period.toMillis()));
    return MIN_AWAY.toMillis() + spread;
  }

  public static DrainConfig read(Settings settings) {
    return new DrainConfig(
        settings.get(
            "drain.notice",
            "0ms",
            Quantities.duration("0ms", "10m"),
            "At shutdown, time for which `/readyz` already answers 503 and everything else works as"
                + " before. Set it to the time that a load balancer needs to notice."),
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
