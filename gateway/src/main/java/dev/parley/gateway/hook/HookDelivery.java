package dev.parley.gateway.hook;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends one hook until its receiver has accepted or refused it, or it is stopped. The pauses double
 * up to half a minute, with jitter; a longer {@code Retry-After} is kept. Callable from any thread.
 */
public final class HookDelivery {

  private static final long FIRST_PAUSE_MILLIS = 500;
  private static final long MAX_PAUSE_MILLIS = 30_000;
  private static final int MAX_DOUBLINGS = 6;
  private static final int SERVER_ERROR = 500;

  private final Supplier<? extends CompletableFuture<? extends HookAnswer>> hook;
  private final Pauses pauses;
  private final DeliveryListener listener;
  private int attempts;
  private boolean stopped;
  private Future<?> pending = CompletableFuture.completedFuture(null);

  /** Runs a task later; it must not block. */
  @FunctionalInterface
  public interface Pauses {

    /**
     * Runs the task after this time.
     *
     * @throws RejectedExecutionException when the gateway ends
     */
    Future<?> after(long millis, Runnable task);
  }

  /** What became of the hook. One of the first two is called, at most once. */
  public interface DeliveryListener {

    /** The receiver answered 2xx. */
    void accepted();

    /** The receiver answered with this status, and will never accept the hook. */
    void refused(int status);

    /** An attempt failed with this status, or with 0 and no answer. The next follows. */
    default void delayed(int status) {}
  }

  /**
   * A hook.
   *
   * @param hook sends it once; cancelling the future closes the connection
   */
  public HookDelivery(
      Supplier<? extends CompletableFuture<? extends HookAnswer>> hook,
      Pauses pauses,
      DeliveryListener listener) {
    this.hook = hook;
    this.pauses = pauses;
    this.listener = listener;
  }

  /** Sends the hook for the first time, or again. */
  public void attempt() {
    CompletableFuture<? extends HookAnswer> answer;
    synchronized (this) {
      if (stopped) {
        return;
      }
      attempts++;
      answer = begun();
      pending = answer;
    }
    answer.whenComplete((given, failure) -> answered(given));
  }

  /** A call that throws is an attempt that failed: the next follows. */
  private CompletableFuture<? extends HookAnswer> begun() {
    try {
      return hook.get();
    } catch (RuntimeException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  /** Sends nothing more, and closes the connection of the attempt under way. */
  public void stop() {
    Future<?> last;
    synchronized (this) {
      stopped = true;
      last = pending;
    }
    last.cancel(false);
  }

  /** Whether the receiver may have the hook. */
  public synchronized boolean wasAttempted() {
    return attempts > 0;
  }

  private void answered(@Nullable HookAnswer answer) {
    int status = answer == null ? SERVER_ERROR : answer.status();
    if (answer != null && answer.isSuccess()) {
      if (end()) {
        listener.accepted();
      }
    } else if (isFinal(status)) {
      if (end()) {
        listener.refused(status);
      }
    } else if (!isStopped()) {
      listener.delayed(answer == null ? 0 : status);
      again(answer == null ? null : answer.retryAfter());
    }
  }

  private synchronized boolean isStopped() {
    return stopped;
  }

  private synchronized boolean end() {
    boolean isFirst = !stopped;
    stopped = true;
    return isFirst;
  }

  private synchronized void again(@Nullable Duration retryAfter) {
    if (stopped) {
      return;
    }
    long full =
        Math.min(MAX_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(attempts - 1, MAX_DOUBLINGS));
    long pause = full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1);
    long wait = retryAfter == null ? pause : Math.max(pause, retryAfter.toMillis());
    try {
      pending = pauses.after(wait, this::attempt);
    } catch (RejectedExecutionException e) {
      stopped = true; // the gateway ends
    }
  }

  /** Whether the same hook would be refused again. */
  private static boolean isFinal(int status) {
    return switch (status) {
      case 408, 409, 423, 425, 429 -> false;
      default -> status < SERVER_ERROR;
    };
  }
}
