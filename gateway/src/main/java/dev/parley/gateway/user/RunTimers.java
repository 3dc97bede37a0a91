package dev.parley.gateway.user;

import dev.parley.gateway.protocol.ErrorCode;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/**
 * Ends a run whose agent is silent for too long, or that lasts too long. An agent that waits for
 * the log is not silent. Used at home only.
 */
final class RunTimers {

  private final Home home;
  private final RunConfig config;
  private final BiConsumer<ErrorCode, String> onTimeout;
  private final BooleanSupplier waitsForLog;
  private Home.Timer idle = () -> {};
  private Home.Timer whole = () -> {};
  private long spokeAt;
  private boolean spoke;

  RunTimers(
      Home home,
      RunConfig config,
      BooleanSupplier waitsForLog,
      BiConsumer<ErrorCode, String> onTimeout) {
    this.home = home;
    this.config = config;
    this.waitsForLog = waitsForLog;
    this.onTimeout = onTimeout;
  }

  void start() {
    spokeAt = home.nanoTime();
    whole = home.schedule(config.timeout(), this::lastedTooLong);
    idle = home.schedule(shorter(config.firstTimeout(), config.idleTimeout()), this::checkIdle);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** The agent gave a sign of life. */
  void agentSpoke() {
    spoke = true;
    spokeAt = home.nanoTime();
  }

  /** The log has taken what the agent said: from now on it is the agent's turn. */
  void logCaughtUp() {
    spokeAt = home.nanoTime();
  }

  void stop() {
    idle.cancel();
    whole.cancel();
  }

  private void lastedTooLong() {
    onTimeout.accept(
        ErrorCode.RUN_TIMEOUT, "The run took longer than " + config.timeout().toSeconds() + " s.");
  }

  // One timer a run, not one an event: it looks when the agent spoke last and sleeps for the rest.
  private void checkIdle() {
    if (waitsForLog.getAsBoolean()) {
      logCaughtUp();
    }
    Duration silent = Duration.ofNanos(home.nanoTime() - spokeAt);
    Duration left = (spoke ? config.idleTimeout() : config.firstTimeout()).minus(silent);
    if (left.isNegative() || left.isZero()) {
      onTimeout.accept(
          ErrorCode.UPSTREAM_TIMEOUT, "The agent said nothing for " + silent.toSeconds() + " s.");
    } else {
      idle = home.schedule(left, this::checkIdle);
    }
  }
}
