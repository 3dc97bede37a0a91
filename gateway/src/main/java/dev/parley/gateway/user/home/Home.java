package dev.parley.gateway.user.home;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The one thread on which all state of a user is touched: a Netty loop in the gateway, virtual time
 * in tests. Tasks of one thread run in the order in which it gave them.
 */
public interface Home extends Executor {

  /** A task that has not run yet. Called at home. */
  @FunctionalInterface
  interface Timer {
    void cancel();
  }

  /** Whether the calling thread is this home. */
  boolean inHome();

  /**
   * Asserts that the calling thread is this home. Each entry of what is used there only calls it.
   */
  default void check() {
    assert inHome() : "thread: " + Thread.currentThread().getName() + " (expected: the home)";
  }

  /** Runs the task at home after the delay. Called at home. */
  Timer schedule(Duration delay, Runnable task);

  /** Monotonic time, for durations. Callable from any thread. */
  long nanoTime();

  /** Wall time, for time stamps. */
  Instant now();

  /**
   * Makes the call and then calls one of the two at home, in a task of its own, when its stage
   * completes. A call that throws is one whose stage fails. This is the form of every call at home
   * whose result comes later: first the result, then the failure.
   */
  default <T> void whenComplete(
      Supplier<CompletionStage<T>> call,
      Consumer<? super T> onResult,
      Consumer<Throwable> onFailure) {
    whenComplete(
        CompletableFuture.completedStage(null).thenCompose(nothing -> call.get()),
        onResult,
        onFailure);
  }

  /** The same of a stage that there is already. */
  default <T> void whenComplete(
      CompletionStage<T> stage, Consumer<? super T> onResult, Consumer<Throwable> onFailure) {
    var ignored =
        stage.whenComplete(
            (result, failure) ->
                execute(
                    () -> {
                      if (failure == null) {
                        onResult.accept(result);
                      } else {
                        onFailure.accept(failure);
                      }
                    }));
  }
}
