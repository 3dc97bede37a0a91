package dev.parley.gateway.log;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A clock that moves only when it is told to. A committer asks it for the time of each decision, so
 * a test can also hold a committer there.
 */
public final class ManualClock extends Clock {

  private volatile Instant now = Instant.parse("2026-11-23T10:00:00Z");

  private volatile Duration passed = Duration.ZERO;
  private volatile @Nullable Hold hold;

  /** A point at which threads that ask for the time are held. */
  public static final class Hold {

    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch freed = new CountDownLatch(1);

    /** Waits until a thread is held. */
    public void awaitReached() {
      await(reached);
    }

    public void free() {
      freed.countDown();
    }

    private static void await(CountDownLatch latch) {
      try {
        if (!latch.await(30, TimeUnit.SECONDS)) {
          throw new AssertionError("latch: closed after 30 s (expected: open)");
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** Holds every thread that asks for the time, until it is freed. */
  public Hold hold() {
    Hold begun = new Hold();
    hold = begun;
    return begun;
  }

  /** Releases held threads, and holds no more. */
  public void releaseAll() {
    Hold held = hold;
    hold = null;
    if (held != null) {
      held.free();
    }
  }

  /** Time passes, on this clock and on the monotonic one. */
  public void advance(Duration by) {
    passed = passed.plus(by);
    now = now.plus(by);
  }

  /** The wall clock is set, forward or back. */
  public void set(Duration by) {
    now = now.plus(by);
  }

  /** What a monotonic clock says beside this one. */
  public long nanoTime() {
    return passed.toNanos();
  }

  /** The time that a log has by these two clocks. */
  public ExpiryClock steady(Duration grace) {
    return new ExpiryClock(this, this::nanoTime, grace);
  }

  @Override
  public Instant instant() {
    Hold held = hold;
    if (held != null) {
      held.reached.countDown();
      Hold.await(held.freed);
    }
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("zone: " + zone + " (expected: none is asked for)");
  }
}
