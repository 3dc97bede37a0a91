package dev.parley.gateway.user.inbox;

import dev.parley.gateway.log.BroadcastRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The broadcasts of each tenant that are not over, in the order of their positions. Replaced as a
 * whole by the one who writes; read from any thread.
 */
public final class OpenBroadcasts {

  private volatile Map<String, List<BroadcastRecord>> byTenant = Map.of();

  /** Those of the tenant after this position. */
  List<BroadcastRecord> after(String tenant, long position) {
    List<BroadcastRecord> all = byTenant.getOrDefault(tenant, List.of());
    int first = all.size();
    while (first > 0 && all.get(first - 1).broadcast().position() > position) {
      first--;
    }
    return all.subList(first, all.size());
  }

  /** Shows these in place of those of now. */
  public void replace(List<BroadcastRecord> open) {
    Map<String, List<BroadcastRecord>> next = new HashMap<>();
    for (BroadcastRecord each : open) {
      next.computeIfAbsent(each.broadcast().key().tenant(), first -> new ArrayList<>()).add(each);
    }
    next.replaceAll((tenant, list) -> List.copyOf(list));
    byTenant = Map.copyOf(next);
  }
}
