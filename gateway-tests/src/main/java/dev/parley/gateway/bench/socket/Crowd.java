package dev.parley.gateway.bench.socket;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.IntFunction;

/** Many clients of one load. */
final class Crowd {

  private static final int AT_ONCE = 64;
  private static final int BESIDE = 256;

  private Crowd() {}

  /**
   * Begins something for each of so many, some at a time.
   *
   * @return what each came to, in order
   */
  static <T> List<T> each(int count, IntFunction<CompletableFuture<T>> begin)
      throws InterruptedException {
    Semaphore places = new Semaphore(AT_ONCE);
    List<CompletableFuture<T>> begun = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      places.acquire();
      CompletableFuture<T> one = begin.apply(i);
      var ignored = one.whenComplete((done, failure) -> places.release());
      begun.add(one);
    }
    List<T> all = new ArrayList<>(count);
    for (CompletableFuture<T> one : begun) {
      all.add(SocketLoad.get(one));
    }
    return all;
  }

  /** Fails when this process may not have so many sockets: its servers may have as many. */
  static void checkDescriptors(int connections) {
    long needed = (long) connections + BESIDE;
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        && system.getMaxFileDescriptorCount() < needed) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "open files: %d (expected: %d for %d connections; raise it with: ulimit -Hn %d, or take fewer: --connections)",
              system.getMaxFileDescriptorCount(),
              needed,
              connections,
              needed));
    }
  }
}
