package dev.parley.gateway.tests.support;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Work beside the test's thread, on threads of its own. The common pool is not for work that waits:
 * on two cores it has one thread in newer versions of Java, and the JDK's HTTP client needs it.
 */
public final class Parallel {
  private Parallel() {}

  /** Begins the task on a new thread. */
  public static CompletableFuture<Void> run(Runnable task) {
    return CompletableFuture.runAsync(task, Parallel::onNewThread);
  }

  /** The same with a result. */
  public static <T> CompletableFuture<T> supply(Supplier<T> task) {
    return CompletableFuture.supplyAsync(task, Parallel::onNewThread);
  }

  private static void onNewThread(Runnable task) {
    Thread thread = new Thread(task, "parallel");
    thread.setDaemon(true);
    thread.start();
  }

  /** Applies the function to all values on this number of threads; returns the results in order. */
  public static <T, R> List<R> map(int threads, List<T> all, Function<T, R> function)
      throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<R>> calls = new ArrayList<>();
      all.forEach(each -> calls.add(() -> function.apply(each)));
      List<R> results = new ArrayList<>();
      for (Future<R> result : pool.invokeAll(calls)) {
        results.add(result.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }
}
