package dev.parley.gateway.auth;

import dev.parley.gateway.limit.TenantShare;
import dev.parley.gateway.log.RevocationKey;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Texts;
import java.util.HashMap;
import java.util.Map;

/**
 * How many revocations there are, and whether there is room for one more. Whole tenants have room
 * of their own. Users and token ids have the room of {@link TenantShare}. Callable from any thread.
 */
final class RevocationRoom {

  private final int max;
  private final int share;

  /** Those of users and token ids of each tenant that has any. */
  private final Map<String, Integer> held = new HashMap<>();

  /** Their sum. What a store has of a tenant beyond its share takes no room of others. */
  private int taken;

  private int wholeTenants;
  private int count;

  RevocationRoom(int max) {
    this.max = max;
    this.share = max - max / 2;
  }

  synchronized void added(RevocationKey key) {
    change(key, 1);
  }

  synchronized void removed(RevocationKey key) {
    change(key, -1);
  }

  private void change(RevocationKey key, int by) {
    count += by;
    if (key.kind() == RevocationKey.Kind.TENANT) {
      wholeTenants += by;
      return;
    }
    int before = of(key.tenant());
    int after = before + by;
    taken += Math.min(after, share) - Math.min(before, share);
    if (after == 0) {
      held.remove(key.tenant());
    } else {
      held.put(key.tenant(), after);
    }
  }

  private int of(String tenant) {
    return held.getOrDefault(tenant, 0);
  }

  /** Whether one more of this kind and tenant has room. */
  synchronized boolean isFor(RevocationKey key) {
    return key.kind() == RevocationKey.Kind.TENANT
        ? wholeTenants < max
        : TenantShare.fits(of(key.tenant()), taken, 1, max);
  }

  /** The refusal of one that has no room. It names no other tenant. */
  synchronized RefusedException refusal(RevocationKey key) {
    boolean isWhole = key.kind() == RevocationKey.Kind.TENANT;
    return RefusedException.of(
        ErrorCode.QUOTA_EXCEEDED,
        Texts.expected(
            "revocations",
            isWhole
                ? wholeTenants + " of whole tenants in force"
                : of(key.tenant()) + " of the tenant in force",
            "fewer than "
                + (isWhole ? "" : "are left of ")
                + RevocationConfig.MAX
                + (isWhole ? "" : ", or one of the whole tenant")));
  }

  /** How many there are. */
  synchronized int count() {
    return count;
  }
}
