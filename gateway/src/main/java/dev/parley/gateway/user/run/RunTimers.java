package dev.parley.gateway.user.run;

import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.user.home.Home;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/**
 * Ends a run whose agent is silent for too long, or that lasts too long. An agent that waits for
 * the log or a tool is not silent. A timer that fires late shows that the process was suspended,
 * and the agent with it: silence begins again, and the run has that time more. Used at home only,
 * but for {@link #agentIsAlive}.
 */
final class RunTimers {

  /** A timer of a busy loop may fire this much late. */
  private static final Duration LATE = Duration.ofSeconds(1);

  private final Home home;
  private final RunConfig config;
  private final BiConsumer<ErrorCode, String> onTimeout;
  private final BooleanSupplier mayBeSilent;
  private Home.Timer idle = () -> {};
  private Home.Timer whole = () -> {};
  private long idleDue;
  private long wholeDue;
  private long spokeAt;
  private boolean spoke;

  /** When the agent was last said to be at work; of use only when {@link #alive} is set. */
  private volatile long aliveAt;

  private volatile boolean alive;

  RunTimers(
      Home home,
      RunConfig config,
      BooleanSupplier mayBeSilent,
      BiConsumer<ErrorCode, String> onTimeout) {
    this.home = home;
    this.config = config;
    this.mayBeSilent = mayBeSilent;
    this.onTimeout = onTimeout;
  }

  /** Starts the timers of a run that has lasted so long already. */
  void start(Duration lasted) {
    home.check();
    spokeAt = home.nanoTime();
    Duration left = config.timeout().minus(lasted);
    awaitEnd(left.isNegative() ? Duration.ZERO : left);
    awaitEvent(shorter(config.firstTimeout(), config.idleTimeout()));
  }

  private void awaitEnd(Duration time) {
    wholeDue = home.nanoTime() + time.toNanos();
    whole = home.schedule(time, this::lastedTooLong);
  }

  private void awaitEvent(Duration time) {
    idleDue = home.nanoTime() + time.toNanos();
    idle = home.schedule(time, this::checkIdle);
  }

  /** How long the process was suspended when this was due; zero if it is hardly late. */
  private Duration suspended(long due) {
    Duration late = Duration.ofNanos(home.nanoTime() - due);
    return late.compareTo(LATE) > 0 ? late : Duration.ZERO;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** The agent gave a sign of life. */
  void agentSpoke() {
    home.check();
    spoke = true;
    spokeAt = home.nanoTime();
  }

  /** The agent says that it is at work. Callable from any thread. */
  void agentIsAlive() {
    aliveAt = home.nanoTime();
    alive = true;
  }

  /** The log has what the agent said. From now on the silence is the agent's. */
  void logCaughtUp() {
    spokeAt = home.nanoTime();
  }

  void stop() {
    idle.cancel();
    whole.cancel();
  }

  private void lastedTooLong() {
    Duration pause = suspended(wholeDue);
    if (!pause.isZero()) {
      awaitEnd(pause);
      return;
    }
    onTimeout.accept(
        ErrorCode.RUN_TIMEOUT, "The run took longer than " + config.timeout().toSeconds() + " s.");
  }

  // One timer per run, not per event: it checks when the agent spoke last, and waits for the rest.
  private void checkIdle() {
    if (mayBeSilent.getAsBoolean() || !suspended(idleDue).isZero()) {
      logCaughtUp();
    }
    if (alive && aliveAt - spokeAt > 0) {
      spoke = true;
      spokeAt = aliveAt;
    }
    Duration silent = Duration.ofNanos(home.nanoTime() - spokeAt);
    Duration left = (spoke ? config.idleTimeout() : config.firstTimeout()).minus(silent);
    if (left.isNegative() || left.isZero()) {
      onTimeout.accept(
          ErrorCode.UPSTREAM_TIMEOUT, "The agent said nothing for " + silent.toSeconds() + " s.");
    } else {
      awaitEvent(left);
    }
  }
}
