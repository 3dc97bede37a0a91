package dev.parley.gateway.user.inbox;

import dev.parley.gateway.log.InboxState;
import dev.parley.gateway.log.Inboxes;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.user.home.Home;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Lets the directory remember operators who call over HTTP and are not connected, as it remembers
 * those who connect. Of one user it asks the log for one thing at a time, and writes what is new
 * only. What fails is left to the next call. Each call of the log is made at the home, so that an
 * erasure that begins there comes before it or after it as a whole. Used at one home only.
 */
public final class CallingOperators {

  private final Home home;
  private final Inboxes log;
  private final Map<UserId, Asking> asking = new HashMap<>();

  public CallingOperators(Home home, Inboxes log) {
    this.home = home;
    this.log = log;
  }

  /**
   * An operator has called, with a token of this tier. It counts for one who is not known yet: of
   * others the tier is that of the newest connection.
   */
  public void called(UserId user, String tier) {
    home.check();
    if (!asking.containsKey(user)) {
      Asking begun = new Asking(user, tier);
      asking.put(user, begun);
      home.whenComplete(() -> log.find(user), begun::found, failure -> begun.end());
    }
  }

  /**
   * Everything of the user is about to be deleted: what was asked of the log before writes nothing
   * any more.
   */
  public void forget(UserId user) {
    home.check();
    asking.remove(user);
  }

  /** What is asked of the log about one user. */
  private final class Asking {
    private final UserId user;
    private final String tier;

    Asking(UserId user, String tier) {
      this.user = user;
      this.tier = tier;
    }

    void found(Optional<InboxState> entry) {
      if (asking.get(user) != this) {
        return;
      }
      if (entry.filter(InboxState::isOperator).isPresent()) {
        end();
        return;
      }
      String kept = entry.map(InboxState::tier).orElse(tier);
      home.whenComplete(() -> log.arrive(user, kept, true), done -> end(), failure -> end());
    }

    void end() {
      asking.remove(user, this);
    }
  }
}
