package dev.parley.gateway.tests.support;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Applies one function to many values in parallel. */
public final class Parallel {
  private Parallel() {}

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
