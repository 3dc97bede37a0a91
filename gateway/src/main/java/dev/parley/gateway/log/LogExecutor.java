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
 * A log's own daemon threads, on which calls are carried out and their stages complete. A stage
 * fails only with a {@link LogException}. Callable from any thread.
 */
public final class LogExecutor implements AutoCloseable {

  private final ExecutorService executor;

  /** Threads that all bear this name. */
  public static LogExecutor single(String threadName) {
    return new LogExecutor(1, Integer.MAX_VALUE, work -> daemon(work, threadName));
  }

  /** Threads that are counted up behind this name, with room for so many waiting calls. */
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

  /** The threads of this executor, which is closed with it. */
  public LogExecutor(ExecutorService executor) {
    this.executor = executor;
  }

  private static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Carries out the call on a thread of the log; what it returns or throws is the stage's. */
  public <T> CompletionStage<T> call(Supplier<T> call) {
    CompletableFuture<T> stage = new CompletableFuture<>();
    try {
      executor.execute(() -> complete(stage, call));
    } catch (RejectedExecutionException e) {
      stage.completeExceptionally(
          new LogException(
              executor.isShutdown()
                  ? "log: closed (expected: open)"
                  : "log: too many calls wait (expected: at most the room of its queue)",
              e));
    }
    return stage;
  }

  /** Carries out the call on this thread; what it returns or throws is the stage's. */
  public static <T> void complete(CompletableFuture<T> stage, Supplier<T> call) {
    try {
      stage.complete(call.get());
    } catch (LogException e) {
      stage.completeExceptionally(e);
    } catch (RuntimeException | Error e) {
      stage.completeExceptionally(new LogException("log: call failed: " + e, e));
    }
  }

  /** Carries out what waits, then ends the threads. Blocks; an interrupt does not cut it short. */
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
