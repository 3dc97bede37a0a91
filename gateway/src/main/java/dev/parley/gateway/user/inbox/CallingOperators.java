package dev.parley.gateway.user.inbox;

import dev.parley.gateway.log.InboxState;
import dev.parley.gateway.log.Inboxes;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.user.home.Home;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Lets the directory remember operators who call over HTTP and are not connected, as it remembers
 * those who connect. Of one user it asks the log for one thing at a time, and writes what is new
 * only. What fails is left to the next call. Used at one home only.
 */
public final class CallingOperators {

  private final Home home;
  private final Inboxes log;
  private final Set<UserId> asking = new HashSet<>();

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
    if (asking.add(user)) {
      home.whenComplete(
          log.find(user).thenCompose(found -> remember(user, tier, found)),
          done -> asking.remove(user),
          failure -> asking.remove(user));
    }
  }

  private CompletionStage<Optional<InboxState>> remember(
      UserId user, String tier, Optional<InboxState> found) {
    return found.filter(InboxState::isOperator).isPresent()
        ? CompletableFuture.completedStage(found)
        : log.arrive(user, found.map(InboxState::tier).orElse(tier), true).thenApply(Optional::of);
  }
}
