package dev.parley.gateway.user;

import dev.parley.gateway.log.LogException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where one kind of call to a log is held up on its way in, or its answer on the way out, so that a
 * test says in which order things come. Used by the test's thread; the log's bring the answers.
 */
public final class Gate {

  private final Queue<Runnable> calls = new ArrayDeque<>();
  private final Queue<Runnable> answers = new ArrayDeque<>();
  private final Queue<Runnable> lost = new ArrayDeque<>();
  private @Nullable LogException failure;
  private boolean holdsCalls;
  private boolean holdsAnswers;
  private int underWay;
  private int failed;

  /** From now on the log does not hear these calls. */
  public synchronized void holdCalls() {
    holdsCalls = true;
  }

  /** From now on the log hears these calls, but nobody hears its answers. */
  public synchronized void holdAnswers() {
    holdsAnswers = true;
  }

  /** From now on these calls fail. */
  public synchronized void fail() {
    failWith(new LogException("log: broken by the test"));
  }

  /** From now on these calls fail with this. */
  public synchronized void failWith(LogException cause) {
    failure = cause;
  }

  /** Lets through what was held up, answers before calls, and everything from now on. */
  public synchronized void release() {
    failure = null;
    holdsCalls = false;
    holdsAnswers = false;
    answers.forEach(Runnable::run);
    answers.clear();
    lost.clear();
    calls.forEach(Runnable::run);
    calls.clear();
  }

  /** Nobody hears the answers that are held up: their calls fail, though the log has heard them. */
  public synchronized void failHeldAnswers() {
    holdsAnswers = false;
    lost.forEach(Runnable::run);
    lost.clear();
    answers.clear();
  }

  /** How many calls and answers are held up. */
  public synchronized int held() {
    return calls.size() + answers.size();
  }

  /** How many calls the test has made fail. */
  public synchronized int failed() {
    return failed;
  }

  /** Whether the log is at work on none of these calls. */
  public synchronized boolean isQuiet() {
    return underWay == 0;
  }

  public synchronized <T> CompletionStage<T> pass(Supplier<CompletionStage<T>> call) {
    if (failure != null) {
      failed++;
      return CompletableFuture.failedStage(failure);
    }
    CompletableFuture<T> answered = new CompletableFuture<>();
    if (holdsCalls) {
      calls.add(() -> forward(call, answered));
    } else {
      forward(call, answered);
    }
    return answered;
  }

  private <T> void forward(Supplier<CompletionStage<T>> call, CompletableFuture<T> answered) {
    underWay++;
    var ignored =
        call.get()
            .whenComplete(
                (value, failure) ->
                    answer(
                        answered,
                        failure == null
                            ? () -> answered.complete(value)
                            : () -> answered.completeExceptionally(failure)));
  }

  // What hangs on a stage only goes home, so that it may run with the lock held.
  private synchronized void answer(CompletableFuture<?> answered, Runnable answer) {
    if (holdsAnswers) {
      answers.add(answer);
      lost.add(
          () -> answered.completeExceptionally(new LogException("log: answer lost by the test")));
    } else {
      answer.run();
    }
    underWay--;
  }
}
