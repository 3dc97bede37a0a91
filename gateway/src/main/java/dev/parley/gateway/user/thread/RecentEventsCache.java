package dev.parley.gateway.user.thread;

import dev.parley.gateway.limit.ByteAccount;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The recent events that the threads of one home keep because a reader is a little behind. While
 * the account of all homes is full, the home evicts what it has kept longest; its readers read the
 * store then. Used at the home only.
 */
public final class RecentEventsCache {

  private final ByteAccount account;
  private final Set<RecentEvents> kept = new LinkedHashSet<>();

  public RecentEventsCache(ByteAccount account) {
    this.account = account;
  }

  /** Keeps these events from now on, with so many bytes more than before. */
  void keep(RecentEvents events, long more) {
    kept.add(events);
    account.add(more);
    while (account.isFull() && !kept.isEmpty()) {
      kept.iterator().next().clear(); // calls forget
    }
  }

  /** These events are not kept any more; they had so many bytes. */
  void forget(RecentEvents events, long bytes) {
    kept.remove(events);
    account.add(-bytes);
  }
}
