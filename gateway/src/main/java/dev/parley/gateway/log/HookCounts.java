package dev.parley.gateway.log;

import dev.parley.gateway.protocol.UserId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many {@link RunHook}s wait, of all and of each user. Changed on the store's committer thread;
 * readable from any thread.
 */
public final class HookCounts {

  private final Map<UserId, Integer> byUser = new ConcurrentHashMap<>();
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

  /** The counts of the store are not known any more, until they are counted again. */
  public void forget() {
    known = false;
    byUser.clear();
    all.set(0);
  }

  /** So many more of the user wait. */
  public void add(UserId user, int more) {
    all.addAndGet(more);
    byUser.merge(user, more, (before, added) -> before + added == 0 ? null : before + added);
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
