package dev.parley.gateway.alert;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * How much two counters have grown within a window, which is exact to half a percent of its length.
 * Used by one thread.
 */
final class SlidingCounts {

  private static final int MAX_SAMPLES = 200;

  /**
   * Two counters that only grow, or how much they have grown.
   *
   * @param all everything that was counted
   * @param bad the part of it that was bad
   */
  record Counts(long all, long bad) {}

  /** The counters at one time. */
  private record Sample(long nanos, Counts counts) {}

  private final long windowNanos;
  private final Deque<Sample> samples = new ArrayDeque<>();

  SlidingCounts(Duration window) {
    this.windowNanos = window.toNanos();
  }

  /** Takes the present counts and returns their growth; the first call is the beginning. */
  Counts growth(long nanos, Counts now) {
    if (samples.isEmpty() || nanos - samples.getLast().nanos() >= windowNanos / MAX_SAMPLES) {
      samples.addLast(new Sample(nanos, now));
    }
    // The newest sample that is as old as the window is the one to compare with.
    while (samples.size() > 1 && nanos - secondOldest().nanos() >= windowNanos) {
      samples.removeFirst();
    }
    Counts then = samples.getFirst().counts();
    return new Counts(now.all() - then.all(), now.bad() - then.bad());
  }

  private Sample secondOldest() {
    Iterator<Sample> oldestFirst = samples.iterator();
    oldestFirst.next();
    return oldestFirst.next();
  }

  /** How many samples it keeps. */
  int size() {
    return samples.size();
  }
}
