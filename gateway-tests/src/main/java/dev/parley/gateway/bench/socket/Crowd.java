package dev.parley.gateway.bench.socket;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.IntFunction;

/** Opens many clients of one load. */
final class Crowd {

  private static final int MAX_OPENING = 64;
  private static final int OTHER_FILES = 256;

  private Crowd() {}

  /**
   * Begins an operation for each index below the count, a limited number at a time.
   *
   * @return the results in order
   */
  static <T> List<T> each(int count, IntFunction<CompletableFuture<T>> begin)
      throws InterruptedException {
    Semaphore places = new Semaphore(MAX_OPENING);
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

  /** Fails if this process may not open this number of sockets; its servers inherit the limit. */
  static void checkDescriptors(int connections) {
    long needed = (long) connections + OTHER_FILES;
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        && system.getMaxFileDescriptorCount() < needed) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "open files: %d (expected: %d for %d connections; raise it with: ulimit -Hn %d, or lower --connections)",
              system.getMaxFileDescriptorCount(),
              needed,
              connections,
              needed));
    }
  }
}
