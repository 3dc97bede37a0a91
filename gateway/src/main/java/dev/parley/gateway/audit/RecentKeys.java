package dev.parley.gateway.audit;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Tells whether a key is the first of its kind in a period. Within a period it knows a limited
 * number of keys; beyond that none is new. Callable from any thread.
 */
final class RecentKeys {

  private final long periodMillis;
  private final int max;
  private final Map<Object, Long> seen = new HashMap<>();

  RecentKeys(Duration period, int max) {
    this.periodMillis = period.toMillis();
    this.max = max;
  }

  /** Whether the key was not seen in the period before this time, and there is room for it. */
  synchronized boolean isNew(Object key, long nowMillis) {
    Long before = seen.get(key);
    if (before != null && isRecent(before, nowMillis)) {
      return false;
    }
    if (before == null && seen.size() >= max) {
      seen.values().removeIf(each -> !isRecent(each, nowMillis));
      if (seen.size() >= max) {
        return false;
      }
    }
    seen.put(key, nowMillis);
    return true;
  }

  /** A clock that was set back does not make a key recent for long. */
  private boolean isRecent(long then, long nowMillis) {
    return Math.abs(nowMillis - then) < periodMillis;
  }
}
