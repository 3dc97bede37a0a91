package dev.parley.gateway.limit;

import java.time.Duration;

/**
 * Permits that come back at a steady rate, up to a burst.
 *
 * <p>Counts in whole units so that nothing is ever rounded away: each nanosecond brings {@code
 * permits} units, and one permit costs {@code period} (in nanoseconds) units. Belongs to one
 * thread. Times are readings of one monotonic clock in nanoseconds; an older reading than the last
 * one counts as the last one.
 */
public final class TokenBucket {

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final long cost;
  private long gain;
  private long full;
  private long level;
  private long last;

  private TokenBucket(int permits, Duration period, int burst, long nowNanos) {
    this.gain = permits;
    this.cost = period.toNanos();
    this.full = Math.multiplyExact(cost, burst);
    this.level = full;
    this.last = nowNanos;
  }

  /**
   * A full bucket that regains {@code permits} in each {@code period}.
   *
   * @throws IllegalArgumentException unless all of it is positive
   * @throws ArithmeticException if period × burst is beyond 292 years
   */
  public static TokenBucket of(int permits, Duration period, int burst, long nowNanos) {
    positive("permits", permits);
    positive("burst", burst);
    positive("period", period.toNanos());
    return new TokenBucket(permits, period, burst, nowNanos);
  }

  private static void positive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
    }
  }

  /** Takes one permit, if there is one. */
  public boolean tryTake(long nowNanos) {
    return tryTake(1, nowNanos);
  }

  /** Takes so many permits at once, if there are as many; never more than the burst. */
  public boolean tryTake(int permits, long nowNanos) {
    refill(nowNanos);
    long price = Math.multiplyExact(cost, permits);
    if (level < price) {
      return false;
    }
    level -= price;
    return true;
  }

  /** Gives a permit back that turned out not to be needed. */
  public void putBack(long nowNanos) {
    refill(nowNanos);
    level = Math.min(full, level + cost);
  }

  /** Changes rate and burst; what was taken stays taken. */
  public void reshape(int permits, int burst, long nowNanos) {
    refill(nowNanos);
    long missing = full - level;
    gain = permits;
    full = Math.multiplyExact(cost, burst);
    level = Math.max(0, full - missing);
  }

  /** The nanoseconds after which the bucket is full; 0 if it is now. */
  public long nanosUntilFull(long nowNanos) {
    refill(nowNanos);
    return ceilDiv(full - level, gain);
  }

  /** The fewest milliseconds after which {@link #tryTake} succeeds; 0 if it does now. */
  public long retryAfterMillis(long nowNanos) {
    refill(nowNanos);
    long nanos = ceilDiv(Math.max(0, cost - level), gain);
    return ceilDiv(nanos, NANOS_PER_MILLI);
  }

  private void refill(long nowNanos) {
    long elapsed = nowNanos - last;
    if (elapsed <= 0) {
      return;
    }
    last = nowNanos;
    long untilFull = ceilDiv(full - level, gain);
    level = elapsed >= untilFull ? full : level + elapsed * gain;
  }

  private static long ceilDiv(long dividend, long divisor) {
    return -Math.floorDiv(-dividend, divisor);
  }
}
