package dev.parley.gateway.log;

import java.util.OptionalLong;

/**
 * What has become of a broadcast. Each count is one of users. Written with what it counts, so it is
 * exact after a crash.
 *
 * @param addressed absent until the directory is counted
 * @param reached in how many inboxes it is
 * @param delivered to how many users it was written
 * @param acknowledged how many users have acknowledged it
 */
public record BroadcastStatus(
    OptionalLong addressed, long reached, long delivered, long acknowledged, boolean isCancelled) {

  /** That of a broadcast which was just stored. */
  static final BroadcastStatus NEW = new BroadcastStatus(OptionalLong.empty(), 0, 0, 0, false);

  BroadcastStatus counted(long users) {
    return new BroadcastStatus(
        OptionalLong.of(users), reached, delivered, acknowledged, isCancelled);
  }

  BroadcastStatus cancelled() {
    return new BroadcastStatus(addressed, reached, delivered, acknowledged, true);
  }

  /** The same with so many more users. */
  BroadcastStatus plus(int moreReached, int moreDelivered, int moreAcknowledged) {
    return new BroadcastStatus(
        addressed,
        reached + moreReached,
        delivered + moreDelivered,
        acknowledged + moreAcknowledged,
        isCancelled);
  }
}
