package dev.parley.gateway.user;

import dev.parley.gateway.log.LogException;
import java.util.ArrayDeque;
import java.util.List;
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
  private @Nullable RuntimeException failure;
  private @Nullable RuntimeException thrown;
  private boolean holdsCalls;
  private boolean holdsAnswers;
  private int underWay;
  private int failed;
  private int calledTimes;

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
  public synchronized void failWith(RuntimeException cause) {
    failure = cause;
  }

  /** The next of these calls throws this, which no log does. */
  public synchronized void throwOnce(RuntimeException cause) {
    thrown = cause;
  }

  /** Lets through what was held up, answers before calls, and everything from now on. */
  public void release() {
    synchronized (this) {
      failure = null;
      lost.clear();
    }
    for (Runnable next = nextAnswer(); next != null; next = nextAnswer()) {
      next.run();
    }
    for (Runnable next = nextCall(); next != null; next = nextCall()) {
      next.run();
    }
  }

  /** None is held any more once there is none. */
  private synchronized @Nullable Runnable nextAnswer() {
    holdsAnswers = !answers.isEmpty();
    return answers.poll();
  }

  private synchronized @Nullable Runnable nextCall() {
    holdsCalls = !calls.isEmpty();
    return calls.poll();
  }

  /** Nobody hears the answers that are held up: their calls fail, though the log has heard them. */
  public void failHeldAnswers() {
    List<Runnable> failing;
    synchronized (this) {
      holdsAnswers = false;
      failing = List.copyOf(lost);
      lost.clear();
      answers.clear();
    }
    failing.forEach(Runnable::run);
  }

  /** How many calls and answers are held up. */
  public synchronized int held() {
    return calls.size() + answers.size();
  }

  /** How many of these calls there were. */
  public synchronized int calledTimes() {
    return calledTimes;
  }

  /** How many calls the test has made fail. */
  public synchronized int failed() {
    return failed;
  }

  /** Whether the log is at work on none of these calls. */
  public synchronized boolean isQuiet() {
    return underWay == 0;
  }

  public <T> CompletionStage<T> pass(Supplier<CompletionStage<T>> call) {
    CompletableFuture<T> answered = new CompletableFuture<>();
    synchronized (this) {
      calledTimes++;
      RuntimeException once = thrown;
      thrown = null;
      if (once != null) {
        throw once;
      }
      if (failure != null) {
        failed++;
        return CompletableFuture.failedStage(failure);
      }
      if (holdsCalls) {
        calls.add(() -> forward(call, answered));
        return answered;
      }
    }
    forward(call, answered);
    return answered;
  }

  // Without the lock: the log may be gated too, and answers while this one is called.
  private <T> void forward(Supplier<CompletionStage<T>> call, CompletableFuture<T> answered) {
    synchronized (this) {
      underWay++;
    }
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

  private void answer(CompletableFuture<?> answered, Runnable answer) {
    boolean isHeld;
    synchronized (this) {
      isHeld = holdsAnswers;
      if (isHeld) {
        answers.add(answer);
        lost.add(
            () -> answered.completeExceptionally(new LogException("log: answer lost by the test")));
      }
    }
    if (!isHeld) {
      answer.run();
    }
    synchronized (this) {
      underWay--; // what the answer gives the home is there before the log is quiet
    }
  }
}
