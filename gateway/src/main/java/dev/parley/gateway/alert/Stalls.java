package dev.parley.gateway.alert;

import dev.parley.gateway.monitor.LoopHeartbeat;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * What may take no step: a latency is recorded only when it ends. Read without waiting for it.
 *
 * @param loops of the event loops
 * @param storeNanos for how long the store has been at its present write; 0 if there is none
 * @param slowSockets the share of the connections that are slow, if they are enough to count
 */
public record Stalls(
    List<LoopHeartbeat> loops, LongSupplier storeNanos, DoubleSupplier slowSockets) {

  /**
   * A pause of the whole process, which makes everything late, is over at the second reading: it is
   * no stall.
   */
  private static final Duration TWO_READINGS = Duration.ofMillis(500);

  private static final double NANOS_PER_SECOND = 1e9;

  public Stalls {
    loops = List.copyOf(loops);
  }

  List<Condition> conditions(StallConfig config) {
    return List.of(
        new LoopCondition(loops, age(config.loopDelay())),
        new LevelCondition(
            "store_write",
            "store_write that has not ended",
            age(config.storeWrite()),
            storeNanos::getAsLong),
        new LevelCondition(
            "slow_sockets",
            "connections whose socket has taken nothing for "
                + config.socketAge().toSeconds()
                + " s",
            new LevelCondition.Goal(config.slowSockets(), TWO_READINGS, Conditions::percent),
            slowSockets));
  }

  private static LevelCondition.Goal age(Duration limit) {
    return new LevelCondition.Goal(limit.toNanos(), TWO_READINGS, Stalls::seconds);
  }

  private static String seconds(double nanos) {
    return String.format(Locale.ROOT, "%.1f s", nanos / NANOS_PER_SECOND);
  }
}
