package dev.parley.gateway.log;

import dev.parley.gateway.limit.TenantShare;
import dev.parley.gateway.protocol.UserId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many {@link RunHook}s wait, of all, of each tenant and of each user. Changed on the store's
 * committer thread; readable from any thread.
 */
public final class HookCounts {

  private final Map<UserId, Integer> byUser = new ConcurrentHashMap<>();
  private final Map<String, Integer> byTenant = new ConcurrentHashMap<>();
  private final AtomicLong all = new AtomicLong();
  private volatile boolean known;

  /** Whether the counts are those of the store. */
  public boolean areKnown() {
    return known;
  }

  /** The counts are those of the store from now on. */
  public void known() {
    known = true;
  }

  /**
   * The counts may differ from those of the store, until they are counted again. They stay what
   * they were: a guess is better than none.
   */
  public void forget() {
    known = false;
  }

  /** These are the counts of the store from now on. */
  public void replace(Map<UserId, Integer> counted) {
    known = false;
    byUser.clear();
    byTenant.clear();
    all.set(0);
    counted.forEach(this::add);
    known = true;
  }

  /** So many more of the user wait. */
  public void add(UserId user, int more) {
    all.addAndGet(more);
    add(byTenant, user.tenant(), more);
    add(byUser, user, more);
  }

  private static <K> void add(Map<K, Integer> counts, K key, int more) {
    counts.merge(key, more, (before, added) -> before + added == 0 ? null : before + added);
  }

  /**
   * Whether one more of the user may wait.
   *
   * @param more of the user that are not counted yet
   * @param moreOfTenant of the user's tenant
   * @param moreInAll of all
   */
  public boolean hasRoom(UserId user, int more, int moreOfTenant, int moreInAll) {
    int ofTenant = byTenant.getOrDefault(user.tenant(), 0) + moreOfTenant;
    return of(user) + more < RunHooks.MAX_OF_USER
        && TenantShare.fits(ofTenant, all() + moreInAll, 1, RunHooks.MAX_WAITING);
  }

  public int of(UserId user) {
    return byUser.getOrDefault(user, 0);
  }

  public long all() {
    return all.get();
  }

  /** As {@link RunHooks#mayWait}. */
  public boolean mayWait(UserId user) {
    // Asked again, because the counts may be forgotten in between.
    return !known || byUser.containsKey(user) || !known;
  }
}
