package dev.parley.gateway.user;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;

/**
 * The one thread on which all state of a user is touched: a Netty loop in the gateway, virtual time
 * in tests. Tasks run in the order they were given by one thread.
 */
public interface Home extends Executor {

  /** A task that has not run yet. Called at home. */
  @FunctionalInterface
  interface Timer {
    void cancel();
  }

  /** Whether the calling thread is this home. */
  boolean inHome();

  /** Asserts that the calling thread is this home; at each entry of what is used there only. */
  default void check() {
    assert inHome() : "thread: " + Thread.currentThread().getName() + " (expected: the home)";
  }

  /** Runs the task at home after the delay. Called at home. */
  Timer schedule(Duration delay, Runnable task);

  /** Monotonic time, for durations. */
  long nanoTime();

  /** Wall time, for time stamps. */
  Instant now();
}
