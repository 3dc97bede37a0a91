package dev.parley.gateway.audit;

import dev.parley.gateway.limit.TokenBucket;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RefusedException;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How many records the users of each tenant make: so fast nobody fills the store before the old
 * ones are removed, which happens once an hour. Callable from any thread.
 */
final class RecordRates {

  static final int PER_SECOND = 20;
  static final int BURST = 1_000;

  /** Beyond it the tenant that has been quiet for longest is forgotten. */
  static final int MAX_TENANTS = 10_000;

  private final LongSupplier nanoTime;

  /** The one that was quiet for longest first. */
  private final Map<String, TokenBucket> byTenant = new LinkedHashMap<>(16, 0.75f, true);

  /** Measures time by this clock, monotonic and in nanoseconds. */
  RecordRates(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Takes a permit for one record of a user of the tenant.
   *
   * @throws RefusedException with 429 if there is none
   */
  synchronized void take(String tenant) {
    long now = nanoTime.getAsLong();
    TokenBucket bucket =
        byTenant.computeIfAbsent(
            tenant, first -> TokenBucket.of(PER_SECOND, Duration.ofSeconds(1), BURST, now));
    if (byTenant.size() > MAX_TENANTS) {
      Iterator<String> quietest = byTenant.keySet().iterator();
      quietest.next();
      quietest.remove();
    }
    if (!bucket.tryTake(now)) {
      throw new RefusedException(
          Refusal.temporary(
              ErrorCode.RATE_LIMITED,
              "calls on record: too many of the tenant (expected: at most "
                  + PER_SECOND
                  + " a second)",
              Duration.ofMillis(bucket.retryAfterMillis(now))));
    }
  }
}
