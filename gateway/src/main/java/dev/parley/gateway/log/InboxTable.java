package dev.parley.gateway.log;

import dev.parley.gateway.protocol.BroadcastId;
import dev.parley.gateway.protocol.UserId;
import java.util.List;
import java.util.Optional;

/**
 * The directory and the broadcasts of a store at the moment of a decision, with the effects of all
 * earlier decisions. Called on the store's committer thread. Fails only with a {@link
 * LogException}.
 */
public interface InboxTable {

  /** The user's entry in the directory. */
  Optional<InboxState> state(UserId user);

  void put(UserId user, InboxState state);

  /** The position of the newest broadcast; 0 before the first one. */
  long position();

  Optional<Broadcast> broadcast(BroadcastKey key);

  /** Stores the broadcast, which is the newest now. */
  void add(Broadcast broadcast);

  Optional<BroadcastStatus> status(BroadcastKey key);

  void put(BroadcastKey key, BroadcastStatus status);

  /** Removes the broadcast and its status. */
  void remove(BroadcastKey key);

  /** The broadcasts in the user's inbox after one seq and up to another. */
  List<BroadcastId> received(UserId user, long after, long last);

  /** Notes that the broadcast is in the user's inbox at this seq. */
  void putReceived(UserId user, long seq, BroadcastId broadcast);
}
