package dev.parley.gateway.user.inbox;

import dev.parley.gateway.log.BroadcastKey;
import dev.parley.gateway.log.BroadcastRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The broadcasts of each tenant that are not over, and those of the process, in the order of their
 * positions. Replaced as a whole by the one who writes; read from any thread.
 */
public final class OpenBroadcasts {

  private volatile Map<String, List<BroadcastRecord>> byTenant = Map.of();

  /** Those of the tenant and of the process after this position. */
  List<BroadcastRecord> after(String tenant, long position) {
    Map<String, List<BroadcastRecord>> open = byTenant;
    List<BroadcastRecord> ofTenant = after(open.getOrDefault(tenant, List.of()), position);
    List<BroadcastRecord> ofProcess =
        after(open.getOrDefault(BroadcastKey.NO_TENANT, List.of()), position);
    if (ofProcess.isEmpty()) {
      return ofTenant;
    }
    return Stream.concat(ofTenant.stream(), ofProcess.stream())
        .sorted(Comparator.comparingLong(each -> each.broadcast().position()))
        .toList();
  }

  private static List<BroadcastRecord> after(List<BroadcastRecord> all, long position) {
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
