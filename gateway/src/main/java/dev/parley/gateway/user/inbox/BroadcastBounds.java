package dev.parley.gateway.user.inbox;

import dev.parley.gateway.limit.TenantShare;
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
 * @param candidates those of which one that is over is removed for the sake of another broadcast,
 *     the oldest first; empty: there is room for it
 * @param complete those of which one is removed otherwise: it is open and in every inbox it is for
 * @param refusal the answer when none of them may be removed
 */
record BroadcastBounds(
    List<BroadcastRecord> candidates, List<BroadcastRecord> complete, RefusedException refusal) {

  private static final int MAX_OF_TENANT = 1_000;
  private static final int MAX_OF_ALL = 10_000;
  private static final int MAX_NAMES = 100_000;
  private static final int MAX_NAMES_OF_TENANT = 1_000_000;
  private static final int MAX_NAMES_OF_ALL = 2_000_000;

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
    String found = "broadcasts: " + own.size() + " of the tenant";
    if (own.size() >= MAX_OF_TENANT) {
      RefusedException tooMany =
          full(found, "fewer than " + MAX_OF_TENANT + " open ones: cancel some");
      return new BroadcastBounds(own, List.of(), tooMany);
    }
    if (!TenantShare.fits(own.size(), kept.size(), 1, MAX_OF_ALL)) {
      RefusedException tooManyOfAll =
          full(found, "no more than are left of " + MAX_OF_ALL + ": cancel some");
      return new BroadcastBounds(List.copyOf(kept), List.of(), tooManyOfAll);
    }
    return ofNames(kept, own, names);
  }

  /** Of another tenant, only what is over makes room. */
  private static BroadcastBounds ofNames(
      Collection<BroadcastRecord> kept, List<BroadcastRecord> own, int names) {
    List<BroadcastRecord> ownNamed = named(own);
    long ownNames = sum(own);
    String found = "audience: " + names + " names and " + ownNames + " in earlier broadcasts";
    RefusedException tooManyNames =
        full(
            found,
            "together at most " + MAX_NAMES_OF_TENANT + ": cancel some, or name tiers or all");
    if (names > 0 && ownNames + names > MAX_NAMES_OF_TENANT) {
      return new BroadcastBounds(ownNamed, ownNamed, tooManyNames);
    }
    if (names > 0 && !TenantShare.fits(ownNames, sum(kept), names, MAX_NAMES_OF_ALL)) {
      RefusedException tooManyOfAll =
          full(
              found,
              "together no more than are left of "
                  + MAX_NAMES_OF_ALL
                  + ": cancel some, name tiers or all, or send it later");
      return new BroadcastBounds(named(kept), ownNamed, tooManyOfAll);
    }
    return new BroadcastBounds(List.of(), List.of(), tooManyNames);
  }

  private static List<BroadcastRecord> named(Collection<BroadcastRecord> all) {
    return all.stream().filter(each -> names(each.broadcast()) > 0).toList();
  }

  private static long sum(Collection<BroadcastRecord> all) {
    return all.stream().mapToLong(each -> names(each.broadcast())).sum();
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
