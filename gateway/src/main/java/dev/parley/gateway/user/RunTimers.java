package dev.parley.gateway.user;

import dev.parley.gateway.protocol.ErrorCode;
import java.time.Duration;
import java.util.function.BiConsumer;

/** Ends a run whose agent is silent for too long, or that lasts too long. Used at home only. */
final class RunTimers {

  private final Home home;
  private final RunConfig config;
  private final BiConsumer<ErrorCode, String> onTimeout;
  private Home.Timer idle = () -> {};
  private Home.Timer whole = () -> {};
  private long spokeAt;

  RunTimers(Home home, RunConfig config, BiConsumer<ErrorCode, String> onTimeout) {
    this.home = home;
    this.config = config;
    this.onTimeout = onTimeout;
  }

  void start() {
    agentSpoke();
    whole = home.schedule(config.timeout(), this::lastedTooLong);
    idle = home.schedule(config.idleTimeout(), this::checkIdle);
  }

  /** The agent gave a sign of life. */
  void agentSpoke() {
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
    Duration silent = Duration.ofNanos(home.nanoTime() - spokeAt);
    Duration left = config.idleTimeout().minus(silent);
    if (left.isNegative() || left.isZero()) {
      onTimeout.accept(
          ErrorCode.UPSTREAM_TIMEOUT, "The agent said nothing for " + silent.toSeconds() + " s.");
    } else {
      idle = home.schedule(left, this::checkIdle);
    }
  }
}
