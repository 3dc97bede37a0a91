package dev.parley.gateway.limit;

import java.time.Duration;

/**
 * A token bucket: permits are refilled at a constant rate, up to a burst.
 *
 * <p>It counts in whole units, so that nothing is lost by rounding: each nanosecond adds {@code
 * permits} units, and one permit costs {@code period} (in nanoseconds) units. Used by one thread.
 * Times are readings of one monotonic clock in nanoseconds; a reading older than the last one
 * counts as the last one.
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
   * A full bucket that is refilled with {@code permits} in each {@code period}.
   *
   * @throws IllegalArgumentException unless all of them are positive
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

  /** Takes this many permits, or none if there are fewer; never more than the burst. */
  public boolean tryTake(int permits, long nowNanos) {
    refill(nowNanos);
    long price = Math.multiplyExact(cost, permits);
    if (level < price) {
      return false;
    }
    level -= price;
    return true;
  }

  /** Returns a permit that was not used. */
  public void putBack(long nowNanos) {
    refill(nowNanos);
    level = Math.min(full, level + cost);
  }

  /** Changes rate and burst; permits that were taken stay taken. */
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

  /** The minimum of milliseconds after which {@link #tryTake} succeeds; 0 if it does now. */
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
