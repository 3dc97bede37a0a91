package dev.parley.gateway.user;

import dev.parley.gateway.monitor.ByteAccount;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What the threads of one home keep of their newest events because a reader is a little behind.
 * While the account of all homes is full, the home lets go of what it has kept longest; who was to
 * read that reads the store. Used at the home only.
 */
final class Recents {

  private final ByteAccount account;
  private final Set<Recent> kept = new LinkedHashSet<>();

  Recents(ByteAccount account) {
    this.account = account;
  }

  /** This is kept beyond the turn in which it came, with so many bytes more than before. */
  void keep(Recent recent, long more) {
    kept.add(recent);
    account.add(more);
    while (account.isFull() && !kept.isEmpty()) {
      kept.iterator().next().clear(); // which forgets it here
    }
  }

  /** This is kept no more, and none of its bytes. */
  void forget(Recent recent, long bytes) {
    kept.remove(recent);
    account.add(-bytes);
  }
}
