package dev.parley.gateway.audit;

import dev.parley.gateway.protocol.UserId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which refused attempts are recorded: each once in a period, and not too many of one user or of
 * the users of one tenant, so that nobody fills the store or takes the places of others. Callable
 * from any thread.
 */
final class RefusedAttempts {

  static final int MAX_OF_ACTOR = 20;
  static final int MAX_OF_TENANT = 60;

  /** The maximum in memory: of many tenants, whose users all try something. */
  static final int MAX = 100_000;

  private final long periodMillis;
  private final Map<Attempt, Long> seen = new LinkedHashMap<>();
  private final Map<UserId, Integer> byActor = new HashMap<>();
  private final Map<String, Integer> byTenant = new HashMap<>();

  /**
   * An attempt.
   *
   * @param asked the tenant that was asked for; absent when none was
   */
  record Attempt(UserId actor, OperatorAction action, @Nullable String asked) {}

  RefusedAttempts(Duration period) {
    this.periodMillis = period.toMillis();
  }

  /** Whether the attempt is to be recorded. It then counts, unless {@link #notStored} follows. */
  synchronized boolean isToRecord(Attempt attempt, long nowMillis) {
    forgetOld(nowMillis);
    UserId actor = attempt.actor();
    if (seen.containsKey(attempt)
        || seen.size() >= MAX
        || byActor.getOrDefault(actor, 0) >= MAX_OF_ACTOR
        || byTenant.getOrDefault(actor.tenant(), 0) >= MAX_OF_TENANT) {
      return false;
    }
    seen.put(attempt, nowMillis);
    byActor.merge(actor, 1, Integer::sum);
    byTenant.merge(actor.tenant(), 1, Integer::sum);
    return true;
  }

  /** The record of the attempt was not stored: the next one is to be. */
  synchronized void notStored(Attempt attempt) {
    if (seen.remove(attempt) != null) {
      uncount(attempt);
    }
  }

  /** The oldest come first. A clock that was set back keeps none for long. */
  private void forgetOld(long nowMillis) {
    Iterator<Map.Entry<Attempt, Long>> all = seen.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<Attempt, Long> oldest = all.next();
      if (Math.abs(nowMillis - oldest.getValue()) < periodMillis) {
        return;
      }
      all.remove();
      uncount(oldest.getKey());
    }
  }

  private void uncount(Attempt attempt) {
    byActor.merge(attempt.actor(), -1, RefusedAttempts::sum);
    byTenant.merge(attempt.actor().tenant(), -1, RefusedAttempts::sum);
  }

  private static @Nullable Integer sum(int before, int more) {
    return before + more == 0 ? null : before + more;
  }
}
