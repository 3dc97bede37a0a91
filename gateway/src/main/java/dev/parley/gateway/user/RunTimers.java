package dev.parley.gateway.user;

import dev.parley.gateway.protocol.ErrorCode;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/**
 * Ends a run whose agent is silent for too long, or that lasts too long. An agent that waits for
 * the log is not silent. A timer that comes late says that the process stood still, and the agent
 * with it: silence begins again, and the run has that time more. Used at home only.
 */
final class RunTimers {

  /** As late as a busy loop may be. */
  private static final Duration LATE = Duration.ofSeconds(1);

  private final Home home;
  private final RunConfig config;
  private final BiConsumer<ErrorCode, String> onTimeout;
  private final BooleanSupplier waitsForLog;
  private Home.Timer idle = () -> {};
  private Home.Timer whole = () -> {};
  private long idleDue;
  private long wholeDue;
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
    awaitEnd(config.timeout());
    awaitWord(shorter(config.firstTimeout(), config.idleTimeout()));
  }

  private void awaitEnd(Duration time) {
    wholeDue = home.nanoTime() + time.toNanos();
    whole = home.schedule(time, this::lastedTooLong);
  }

  private void awaitWord(Duration time) {
    idleDue = home.nanoTime() + time.toNanos();
    idle = home.schedule(time, this::checkIdle);
  }

  /** For how long the process stood still when this was due; zero where it is hardly late. */
  private Duration stoodStill(long due) {
    Duration late = Duration.ofNanos(home.nanoTime() - due);
    return late.compareTo(LATE) > 0 ? late : Duration.ZERO;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** The agent gave a sign of life. */
  void agentSpoke() {
    spoke = true;
    spokeAt = home.nanoTime();
  }

  /** The log has taken what the agent said, or goes on: from now on it is the agent's turn. */
  void logCaughtUp() {
    spokeAt = home.nanoTime();
  }

  void stop() {
    idle.cancel();
    whole.cancel();
  }

  private void lastedTooLong() {
    Duration pause = stoodStill(wholeDue);
    if (!pause.isZero()) {
      awaitEnd(pause);
      return;
    }
    onTimeout.accept(
        ErrorCode.RUN_TIMEOUT, "The run took longer than " + config.timeout().toSeconds() + " s.");
  }

  // One timer a run, not one an event: it looks when the agent spoke last and sleeps for the rest.
  private void checkIdle() {
    if (waitsForLog.getAsBoolean() || !stoodStill(idleDue).isZero()) {
      logCaughtUp();
    }
    Duration silent = Duration.ofNanos(home.nanoTime() - spokeAt);
    Duration left = (spoke ? config.idleTimeout() : config.firstTimeout()).minus(silent);
    if (left.isNegative() || left.isZero()) {
      onTimeout.accept(
          ErrorCode.UPSTREAM_TIMEOUT, "The agent said nothing for " + silent.toSeconds() + " s.");
    } else {
      awaitWord(left);
    }
  }
}
