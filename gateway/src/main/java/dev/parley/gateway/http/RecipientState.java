package dev.parley.gateway.http;

import dev.parley.gateway.log.BroadcastRecord;
import dev.parley.gateway.log.Recipient;
import dev.parley.gateway.protocol.WireName;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How far a broadcast has come with one user. */
enum RecipientState implements WireName {
  ACKNOWLEDGED,
  DELIVERED,
  WAITING,
  EXPIRED;

  private final String wire = name().toLowerCase(Locale.ROOT);

  static RecipientState of(Recipient user, BroadcastRecord record, long nowMillis) {
    if (user.isAcknowledged()) {
      return ACKNOWLEDGED;
    }
    if (user.isDelivered()) {
      return DELIVERED;
    }
    return user.seq() == null && record.isOver(nowMillis) ? EXPIRED : WAITING;
  }

  /** Why the user does not have it; absent for one who has. */
  static @Nullable String reason(Recipient user, BroadcastRecord record, long nowMillis) {
    if (user.isDelivered()) {
      return null;
    }
    if (user.seq() != null) {
      return "unread";
    }
    if (record.status().isCancelled()) {
      return "cancelled";
    }
    return record.isOver(nowMillis) ? "expired" : "absent";
  }

  /** Whether a list of users in the asked state has those in this one. */
  boolean isListedUnder(RecipientState asked) {
    return this == asked || (asked == DELIVERED && this == ACKNOWLEDGED);
  }

  @Override
  public String wire() {
    return wire;
  }
}
