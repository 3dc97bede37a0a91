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
 * The time by which a log lets things expire: the wall clock, compared with a monotonic one. When
 * the wall clock is set, or is far from the time that the store knew last, nothing expires sooner
 * than the monotonic clock says, until the new time has stayed for the grace period. Callable from
 * any thread.
 */
public final class ExpiryClock {

  private static final Logger LOG = LoggerFactory.getLogger(ExpiryClock.class);

  /** So far the clocks may drift apart between two looks. */
  private static final long TOLERANCE_MILLIS = Duration.ofSeconds(10).toMillis();

  /** The base follows what the clocks drift apart in small steps. */
  private static final long DRIFT_MILLIS = Duration.ofSeconds(1).toMillis();

  /** A store that was closed for no longer than this has its time at once. */
  private static final long PAUSE_MILLIS = Duration.ofHours(1).toMillis();

  private final Clock wall;
  private final LongSupplier nanoClock;
  private final Duration grace;
  private Base base;

  /** A wall clock reading that is trusted, with that of the monotonic clock, and a doubt. */
  private record Base(long millis, long nanos, @Nullable Doubt doubt) {

    long steady(long nowNanos) {
      return millis + TimeUnit.NANOSECONDS.toMillis(nowNanos - nanos);
    }
  }

  /** The wall clock is off by so much since then. */
  private record Doubt(long off, long sinceNanos) {}

  /**
   * Compares these clocks.
   *
   * @param nanoClock counts nanoseconds from anywhere, and is never set
   * @param grace how long a new time has to stay until it is trusted
   */
  public ExpiryClock(Clock wall, LongSupplier nanoClock, Duration grace) {
    this.wall = wall;
    this.nanoClock = nanoClock;
    this.grace = grace;
    this.base = new Base(wall.millis(), nanoClock.getAsLong(), null);
  }

  /** The time that a store knew last, epoch milliseconds: to be told before anything expires. */
  public synchronized void startFrom(long storedMillis) {
    long nanos = nanoClock.getAsLong();
    long now = wall.millis();
    if (Math.abs(now - storedMillis) > PAUSE_MILLIS) {
      base = new Base(storedMillis, nanos, new Doubt(now - storedMillis, nanos));
      LOG.warn(
          "clock: {} from the last time that the store knew; nothing expires by it until it has"
              + " stayed for {} (retention.grace)",
          signed(now - storedMillis),
          grace);
    }
  }

  /** What the clocks say now. */
  public synchronized Moment now() {
    long nanos = nanoClock.getAsLong();
    long now = wall.millis();
    Base before = base;
    Base after = look(before, now, nanos);
    base = after;
    tell(before.doubt(), after.doubt());
    long steady = after.doubt() == null ? now : after.steady(nanos);
    return new Moment(Math.min(now, steady), Math.max(now, steady));
  }

  private Base look(Base before, long now, long nanos) {
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

  private void tell(@Nullable Doubt before, @Nullable Doubt doubt) {
    if (doubt != null && !doubt.equals(before)) {
      LOG.warn(
          "clock: it was set by {} against the monotonic clock; nothing expires by it until it has"
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
