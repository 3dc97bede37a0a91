package dev.parley.gateway.log;

import dev.parley.gateway.protocol.UserId;
import java.util.List;
import java.util.Optional;

/**
 * The directory, the counts of broadcasts and the firing alerts of a store at the moment of a
 * decision, with the effects of all earlier decisions. What broadcasts say and for whom they are,
 * which may be long, is not needed for any decision. Called on the store's committer thread. Fails
 * only with a {@link LogException}.
 */
public interface InboxTable {

  /** The user's entry in the directory. */
  Optional<InboxState> state(UserId user);

  void put(UserId user, InboxState state);

  /** The position of the newest broadcast; 0 before the first one. */
  long position();

  /** The newest broadcast is at this position now. */
  void putPosition(long position);

  Optional<BroadcastStatus> status(BroadcastKey key);

  void put(BroadcastKey key, BroadcastStatus status);

  /** Stores the alert in place of one with its name. */
  void put(FiringAlert alert);

  /** Removes the alert of this name, if there is one. */
  void removeAlert(String name);

  /** The broadcasts in the user's inbox after one seq and up to another. */
  List<InboxEntry> received(UserId user, long after, long last);

  /** Notes that the broadcast is in the user's inbox at this seq. */
  void putReceived(UserId user, long seq, InboxEntry entry);
}
