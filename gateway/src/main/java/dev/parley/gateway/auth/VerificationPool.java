package dev.parley.gateway.auth;

import dev.parley.gateway.limit.FairThreads;
import dev.parley.gateway.monitor.VerificationMetrics;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RefusedException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that compute signatures of public keys. Clients take turns, so that one who sends
 * many tokens delays its own. Callable from any thread; it blocks none.
 */
final class VerificationPool implements AutoCloseable {

  /** How many tasks of one client run at the same time. */
  static final int MAX_RUNNING = 4;

  /** The part of the queue that one client may have. */
  private static final int SHARE = 8;

  private static final Logger LOG = LoggerFactory.getLogger(VerificationPool.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final FairThreads threads;
  private final VerificationMetrics metrics;

  /** The threads are started when there is work for them. */
  VerificationPool(int maxThreads, int maxWaiting, VerificationMetrics metrics) {
    this(maxThreads, maxWaiting, metrics, Thread::new);
  }

  /** With threads of this factory. */
  VerificationPool(
      int maxThreads, int maxWaiting, VerificationMetrics metrics, ThreadFactory factory) {
    this.metrics = metrics;
    this.threads =
        new FairThreads(
            "token-verifier",
            new FairThreads.Bounds(
                maxThreads, maxWaiting, Math.max(1, maxWaiting / SHARE), MAX_RUNNING),
            fault -> LOG.error("a thread of tokens failed, or could not start", fault),
            factory);
  }

  /** The refusal of a token that cannot be verified now. */
  static RefusedException overloaded(String why, Duration retryAfter) {
    return new RefusedException(Refusal.temporary(ErrorCode.OVERLOADED, why, retryAfter));
  }

  /**
   * Runs a task in the client's turn.
   *
   * @return completes on a thread of this pool, with any {@link Throwable} of the task
   * @throws RefusedException if too many tasks wait, or no thread can be started
   */
  <T> CompletableFuture<T> submit(Object client, Supplier<T> task) {
    CompletableFuture<T> result = new CompletableFuture<>();
    if (!threads.submit(client, () -> run(task, result))) {
      metrics.overloaded();
      throw overloaded("tokens: too many wait to be verified", RETRY_AFTER);
    }
    return result;
  }

  private static <T> void run(Supplier<T> task, CompletableFuture<T> result) {
    try {
      result.complete(task.get());
    } catch (RuntimeException | Error failure) {
      result.completeExceptionally(failure);
    }
  }

  /** How many tasks wait now. */
  int waiting() {
    return threads.waiting();
  }

  /** Ends the threads; what waits never completes, as its sockets are closed. */
  @Override
  public void close() {
    threads.close();
  }
}
