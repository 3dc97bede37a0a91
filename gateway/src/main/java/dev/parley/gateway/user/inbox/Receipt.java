package dev.parley.gateway.user.inbox;

import dev.parley.gateway.log.BroadcastRecord;
import dev.parley.gateway.log.BroadcastStatus;
import org.jspecify.annotations.Nullable;

/**
 * What has become of a broadcast. Each count is one of users: {@code addressed} = {@code delivered}
 * + {@code waiting} + {@code expired}.
 *
 * @param addressed the users for whom it is; absent while the directory is counted, and with it
 *     {@code waiting} and {@code expired}
 * @param delivered to how many it was written
 * @param acknowledged how many have acknowledged it; a part of {@code delivered}
 * @param waiting how many may still get it, or have it in the inbox unread
 * @param expired how many will not get it: they were not there before it was over
 */
public record Receipt(
    @Nullable Long addressed,
    long delivered,
    long acknowledged,
    @Nullable Long waiting,
    @Nullable Long expired) {

  /** The receipt at this time. */
  public static Receipt of(BroadcastRecord record, long nowMillis) {
    BroadcastStatus status = record.status();
    if (status.addressed().isEmpty()) {
      return new Receipt(null, status.delivered(), status.acknowledged(), null, null);
    }
    // Who was erased after getting it is not in the directory that was counted.
    long addressed = Math.max(status.addressed().getAsLong(), status.reached());
    long expired = record.isOver(nowMillis) ? addressed - status.reached() : 0;
    return new Receipt(
        addressed,
        status.delivered(),
        status.acknowledged(),
        addressed - status.delivered() - expired,
        expired);
  }
}
