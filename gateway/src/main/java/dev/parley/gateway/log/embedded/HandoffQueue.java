package dev.parley.gateway.log.embedded;

import java.util.Deque;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What many threads give to one, in order. Nobody who gives ever waits, not even for a thread that
 * lost its core: a stack that the taker takes over as a whole (R. K. Treiber, "Systems Programming:
 * Coping with Parallelism", IBM RJ 5118, 1986).
 */
final class HandoffQueue<T> {

  /** One thing on top of others; without a value the mark that nothing more is taken in. */
  private record Link<T>(@Nullable T value, @Nullable Link<T> below) {}

  private final AtomicReference<@Nullable Link<T>> top = new AtomicReference<>();
  private volatile @Nullable Thread sleeper;

  /** Gives it; false when nothing more is taken in. From any thread. */
  boolean add(T value) {
    return push(value);
  }

  /** Takes nothing more in; what was given before stays. From any thread, any number of times. */
  void close() {
    push(null);
  }

  private boolean push(@Nullable T value) {
    Link<T> below = top.get();
    while (!isMark(below)) {
      if (top.compareAndSet(below, new Link<>(value, below))) {
        wake();
        return true;
      }
      below = top.get();
    }
    return false;
  }

  private void wake() {
    Thread waiting = sleeper;
    if (waiting != null) {
      LockSupport.unpark(waiting);
    }
  }

  boolean isClosed() {
    return isMark(top.get());
  }

  private static boolean isMark(@Nullable Link<?> link) {
    return link != null && link.value() == null;
  }

  /**
   * Moves all that was given into an empty queue, oldest first. The taker's alone, as {@link
   * #await}.
   *
   * @return false when nothing more will come
   */
  boolean takeAll(Deque<T> empty) {
    Link<T> all = top.get();
    while (!isMark(all)) {
      if (top.compareAndSet(all, null)) {
        move(all, empty);
        return true;
      }
      all = top.get();
    }
    // Behind the mark nobody else changes the top.
    top.set(new Link<>(null, null));
    move(all == null ? null : all.below(), empty);
    return false;
  }

  private static <T> void move(@Nullable Link<T> newest, Deque<T> empty) {
    for (Link<T> link = newest; link != null; link = link.below()) {
      if (link.value() != null) {
        empty.addFirst(link.value());
      }
    }
  }

  /** Waits so long at most for something to take, or the end; less when it is interrupted. */
  void await(long nanos) {
    long begun = System.nanoTime();
    // Who gives looks for a sleeper last, and here is looked for gifts last: one of them sees.
    sleeper = Thread.currentThread();
    long left = nanos;
    while (top.get() == null && left > 0 && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(this, left);
      left = nanos - (System.nanoTime() - begun);
    }
    sleeper = null;
  }
}
