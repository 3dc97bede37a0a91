package dev.parley.gateway.log;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The daemon threads of a log. Calls run on them and their stages complete there. A stage fails
 * only with a {@link LogException}. May be called from any thread.
 */
public final class LogExecutor implements AutoCloseable {

  private final ExecutorService executor;

  /** One thread with this name, and an unbounded queue. */
  public static LogExecutor single(String threadName) {
    return new LogExecutor(1, Integer.MAX_VALUE, work -> daemon(work, threadName));
  }

  /** Threads numbered after this prefix, and a queue of at most {@code waiting} calls. */
  public static LogExecutor pool(String namePrefix, int threads, int waiting) {
    AtomicInteger made = new AtomicInteger();
    return new LogExecutor(
        threads, waiting, work -> daemon(work, namePrefix + "-" + made.incrementAndGet()));
  }

  private LogExecutor(int threads, int waiting, ThreadFactory factory) {
    this(
        new ThreadPoolExecutor(
            threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(waiting), factory));
  }

  /** Uses this executor, which is closed with it. */
  public LogExecutor(ExecutorService executor) {
    this.executor = executor;
  }

  private static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Runs the call on a thread of the log. The stage completes with its result or its exception. */
  public <T> CompletionStage<T> call(Supplier<T> call) {
    CompletableFuture<T> stage = new CompletableFuture<>();
    try {
      executor.execute(() -> complete(stage, call));
    } catch (RejectedExecutionException e) {
      stage.completeExceptionally(
          new LogException(
              executor.isShutdown()
                  ? "log: closed (expected: open)"
                  : "log: queue of calls is full (expected: fewer calls at once)",
              e));
    }
    return stage;
  }

  /** Runs the call on this thread. The stage completes with its result or its exception. */
  public static <T> void complete(CompletableFuture<T> stage, Supplier<T> call) {
    try {
      stage.complete(call.get());
    } catch (LogException e) {
      stage.completeExceptionally(e);
    } catch (RuntimeException | Error e) {
      stage.completeExceptionally(new LogException("log: call failed: " + e, e));
    }
  }

  /** Runs queued calls, then ends the threads. Blocks; an interrupt does not shorten it. */
  @Override
  public void close() {
    executor.shutdown();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = executor.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
