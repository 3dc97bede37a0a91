package dev.parley.gateway.transport;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition that another thread fulfils. */
public final class Eventually {

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private Eventually() {}

  /** Returns when the condition is true; fails after 30 seconds. */
  public static void holds(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("condition: still false (expected: true by now)");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }
}
