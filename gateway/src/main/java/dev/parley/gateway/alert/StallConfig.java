package dev.parley.gateway.alert;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.Settings;
import java.time.Duration;

/**
 * For how long something may take no step before an alert fires.
 *
 * @param loopDelay of an event loop
 * @param storeWrite of the store
 * @param slowSockets maximum share of the connections that are slow
 * @param slowSocketCount fewer slow ones say nothing
 * @param socketAge the time without a step that makes a connection a slow one
 */
public record StallConfig(
    Duration loopDelay,
    Duration storeWrite,
    double slowSockets,
    int slowSocketCount,
    Duration socketAge) {

  private static final Setting<Duration> SOCKET_AGE =
      Setting.of(
          "alerts.slow_socket_age",
          "10s",
          Quantities.duration("100ms", "1h"),
          "A connection is slow when bytes wait and its socket has taken no whole write for this"
              + " time; shorter than server.stall_timeout, which closes it.");

  public StallConfig {
    requireNonNull(loopDelay, "loopDelay");
    requireNonNull(storeWrite, "storeWrite");
    requireNonNull(socketAge, "socketAge");
  }

  static StallConfig read(Settings settings) {
    return new StallConfig(
        settings.get(
            "alerts.loop_delay",
            "5s",
            Quantities.duration("100ms", "1h"),
            "Maximum time in which an event loop runs no task that is due; more raises an alert,"
                + " while it lasts."),
        settings.get(
            "alerts.store_write",
            "10s",
            Quantities.duration("100ms", "1h"),
            "Maximum time of one write of the store, with what belongs to it; more raises an"
                + " alert, while it lasts."),
        AlertConfig.percent(
            settings,
            "alerts.slow_sockets",
            "20",
            "Maximum percentage of the connections that are slow; more raises an alert."),
        settings.get(
            "alerts.slow_socket_count",
            "10",
            Parsers.integer(1, 1_000_000),
            "Fewer slow connections raise no alert."),
        settings.get(SOCKET_AGE));
  }

  /**
   * Refuses an age that no connection reaches, because it is closed before.
   *
   * @param stall the time after which a peer that takes nothing is closed
   */
  public void checkStall(Duration stall, Settings settings) {
    if (socketAge.compareTo(stall) >= 0) {
      settings.refuse(
          SOCKET_AGE,
          "shorter than server.stall_timeout, "
              + stall.toMillis()
              + "ms, which closes such a connection before the alert fires");
    }
  }
}
