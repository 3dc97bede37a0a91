package dev.parley.gateway.user.inbox;

import dev.parley.gateway.log.Audience;
import dev.parley.gateway.log.Broadcast;
import dev.parley.gateway.log.BroadcastRecord;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RefusedException;
import java.util.Collection;
import java.util.List;

/**
 * What must be removed so that one more broadcast is within the bounds: of broadcasts, and of names
 * of users in them.
 *
 * @param candidates those of which one is removed for the sake of another broadcast, the oldest
 *     first; empty: there is room for it
 * @param mayBeComplete whether one is also removed that is open and in every inbox it is for
 * @param refusal the answer when none of them may be removed
 */
record BroadcastBounds(
    List<BroadcastRecord> candidates, boolean mayBeComplete, RefusedException refusal) {

  private static final int MAX_OF_TENANT = 1_000;
  private static final int MAX_OF_ALL = 10_000;
  private static final int MAX_NAMES = 100_000;
  private static final int MAX_NAMES_OF_TENANT = 1_000_000;

  /**
   * The room among these for a broadcast that is not there yet.
   *
   * @throws RefusedException when it has too many names by itself
   */
  static BroadcastBounds of(Collection<BroadcastRecord> kept, Broadcast broadcast) {
    int names = names(broadcast);
    check(broadcast.audience(), names);
    String tenant = broadcast.key().tenant();
    List<BroadcastRecord> own =
        kept.stream().filter(each -> each.broadcast().key().tenant().equals(tenant)).toList();
    RefusedException tooMany =
        full("broadcasts: too many", "fewer than " + MAX_OF_TENANT + " open ones: cancel some");
    if (own.size() >= MAX_OF_TENANT) {
      return new BroadcastBounds(own, false, tooMany);
    }
    if (kept.size() >= MAX_OF_ALL) {
      return new BroadcastBounds(List.copyOf(kept), false, tooMany);
    }
    long all = own.stream().mapToLong(each -> names(each.broadcast())).sum();
    RefusedException tooManyNames =
        full(
            "audience: " + names + " names and " + all + " in earlier broadcasts",
            "together at most " + MAX_NAMES_OF_TENANT + ": cancel some, or name tiers or all");
    return new BroadcastBounds(
        names == 0 || all + names <= MAX_NAMES_OF_TENANT
            ? List.of()
            : own.stream().filter(each -> names(each.broadcast()) > 0).toList(),
        true,
        tooManyNames);
  }

  private static void check(Audience audience, int names) {
    if (names <= MAX_NAMES) {
      return;
    }
    boolean isOnline = audience instanceof Audience.Online;
    String field = isOnline ? "online" : "users";
    throw new RefusedException(
        Refusal.at(
            isOnline ? ErrorCode.QUOTA_EXCEEDED : ErrorCode.INVALID_ARGUMENT,
            "/audience/" + field,
            "audience."
                + field
                + ": "
                + names
                + " names (expected: at most "
                + MAX_NAMES
                + ", or an audience of all or of tiers)"));
  }

  private static int names(Broadcast broadcast) {
    return broadcast.audience() instanceof Audience.Named named ? named.subjects().size() : 0;
  }

  private static RefusedException full(String what, String expectation) {
    return RefusedException.of(ErrorCode.QUOTA_EXCEEDED, what + " (expected: " + expectation + ")");
  }
}
