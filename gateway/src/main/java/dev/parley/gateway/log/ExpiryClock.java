package dev.parley.gateway.log;

import static java.time.temporal.ChronoUnit.SECONDS;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clock by which records expire: the wall clock, checked against a monotonic clock. When the
 * wall clock is set, or differs much from the store's last known time, nothing expires sooner than
 * the monotonic clock says until the new time has stayed for the grace period. May be called from
 * any thread.
 */
public final class ExpiryClock {

  private static final Logger LOG = LoggerFactory.getLogger(ExpiryClock.class);

  /** A larger difference of both clocks between two readings means that the wall clock was set. */
  private static final long TOLERANCE_MILLIS = Duration.ofSeconds(10).toMillis();

  /** The base follows the drift of the clocks in steps of this size. */
  private static final long DRIFT_MILLIS = Duration.ofSeconds(1).toMillis();

  /** The time of a store that was closed for no longer than this is trusted at once. */
  private static final long PAUSE_MILLIS = Duration.ofHours(1).toMillis();

  private final Clock wall;
  private final LongSupplier nanoClock;
  private final Duration grace;
  private Base base;

  /** A trusted reading of both clocks, and a doubt about the wall clock since then. */
  private record Base(long millis, long nanos, @Nullable Doubt doubt) {

    long steady(long nowNanos) {
      return millis + TimeUnit.NANOSECONDS.toMillis(nowNanos - nanos);
    }
  }

  /** The wall clock differs by this much since this time. */
  private record Doubt(long off, long sinceNanos) {}

  /**
   * Compares these clocks.
   *
   * @param nanoClock a monotonic clock in nanoseconds
   * @param grace how long a new time must stay until it is trusted
   */
  public ExpiryClock(Clock wall, LongSupplier nanoClock, Duration grace) {
    this.wall = wall;
    this.nanoClock = nanoClock;
    this.grace = grace;
    this.base = new Base(wall.millis(), nanoClock.getAsLong(), null);
  }

  /**
   * Sets the store's last known time (epoch milliseconds). To be called before anything expires.
   */
  public synchronized void startFrom(long storedMillis) {
    long nanos = nanoClock.getAsLong();
    long now = wall.millis();
    if (Math.abs(now - storedMillis) > PAUSE_MILLIS) {
      base = new Base(storedMillis, nanos, new Doubt(now - storedMillis, nanos));
      LOG.warn(
          "clock: {} from the store's last known time; nothing expires by it until it has"
              + " stayed for {} (retention.grace)",
          signed(now - storedMillis),
          grace);
    }
  }

  /** Reads both clocks. */
  public synchronized Moment now() {
    long nanos = nanoClock.getAsLong();
    long now = wall.millis();
    Base before = base;
    Base after = compare(before, now, nanos);
    base = after;
    log(before.doubt(), after.doubt());
    long steady = after.doubt() == null ? now : after.steady(nanos);
    return new Moment(Math.min(now, steady), Math.max(now, steady));
  }

  private Base compare(Base before, long now, long nanos) {
    long off = now - before.steady(nanos);
    Doubt doubt = before.doubt();
    if (Math.abs(off) <= TOLERANCE_MILLIS) {
      boolean keep = doubt == null && Math.abs(off) < DRIFT_MILLIS;
      return keep ? before : new Base(now, nanos, null);
    }
    if (doubt == null || Math.abs(off - doubt.off()) > TOLERANCE_MILLIS) {
      return new Base(before.millis(), before.nanos(), new Doubt(off, nanos));
    }
    return nanos - doubt.sinceNanos() < grace.toNanos() ? before : new Base(now, nanos, null);
  }

  private void log(@Nullable Doubt before, @Nullable Doubt doubt) {
    if (doubt != null && !doubt.equals(before)) {
      LOG.warn(
          "clock: set by {} against the monotonic clock; nothing expires by it until it has"
              + " stayed for {} (retention.grace)",
          signed(doubt.off()),
          grace);
    } else if (doubt == null && before != null) {
      LOG.info("clock: trusted again");
    }
  }

  private static String signed(long millis) {
    return (millis < 0 ? "-" : "+") + Duration.ofMillis(Math.abs(millis)).truncatedTo(SECONDS);
  }
}
