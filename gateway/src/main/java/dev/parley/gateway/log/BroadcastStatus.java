package dev.parley.gateway.log;

import java.util.OptionalLong;

/**
 * What has become of a broadcast. Each count is one of users. Written with what it counts, so it is
 * exact after a crash.
 *
 * @param position that of the broadcast: entries of an earlier one of the same id do not count
 * @param addressed absent until the directory is counted
 * @param reached in how many inboxes it is
 * @param delivered to how many users it was written
 * @param acknowledged how many users have acknowledged it
 */
public record BroadcastStatus(
    long position,
    OptionalLong addressed,
    long reached,
    long delivered,
    long acknowledged,
    boolean isCancelled) {

  /** That of a broadcast which was just stored at this position. */
  static BroadcastStatus begun(long position) {
    return new BroadcastStatus(position, OptionalLong.empty(), 0, 0, 0, false);
  }

  /** The same at this position. */
  public BroadcastStatus at(long newPosition) {
    return new BroadcastStatus(
        newPosition, addressed, reached, delivered, acknowledged, isCancelled);
  }

  BroadcastStatus counted(long users) {
    return new BroadcastStatus(
        position, OptionalLong.of(users), reached, delivered, acknowledged, isCancelled);
  }

  BroadcastStatus cancelled() {
    return new BroadcastStatus(position, addressed, reached, delivered, acknowledged, true);
  }

  /** Whether it is in the inbox of each user to whom it is addressed. */
  boolean isComplete() {
    return addressed.isPresent() && reached >= addressed.getAsLong();
  }

  /** The same with so many more users. */
  BroadcastStatus plus(int moreReached, int moreDelivered, int moreAcknowledged) {
    return new BroadcastStatus(
        position,
        addressed,
        reached + moreReached,
        delivered + moreDelivered,
        acknowledged + moreAcknowledged,
        isCancelled);
  }
}
