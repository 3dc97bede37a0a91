package dev.parley.gateway.log.memory;

import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.log.AuditLog;
import dev.parley.gateway.log.AuditPage;
import dev.parley.gateway.log.AuditRules;
import dev.parley.gateway.log.LogExecutor;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The audit log in memory. Its records are touched on the committer's thread only. */
final class MemoryAudit implements AuditLog {

  private final LogExecutor committer;
  private final NavigableMap<Long, AuditEntry> records = new TreeMap<>();

  MemoryAudit(LogExecutor committer) {
    this.committer = committer;
  }

  /** Stores the record. Called on the committer's thread. */
  void record(AuditEntry entry) {
    records.put(entry.number(), entry);
  }

  private CompletionStage<Void> run(Runnable change) {
    return committer
        .call(
            () -> {
              change.run();
              return true;
            })
        .thenAccept(done -> {});
  }

  @Override
  public CompletionStage<Void> put(AuditEntry entry) {
    return run(() -> record(entry));
  }

  @Override
  public CompletionStage<AuditPage> read(
      UserId reader, @Nullable String tenant, long before, int limit) {
    return committer.call(() -> readNow(tenant, before, limit));
  }

  @Override
  public CompletionStage<Long> newest() {
    return committer.call(() -> records.isEmpty() ? 0L : records.lastKey());
  }

  private AuditPage readNow(@Nullable String tenant, long before, int limit) {
    List<AuditEntry> found = new ArrayList<>();
    Long last = null;
    int looks = 0;
    for (AuditEntry each : records.headMap(before, false).descendingMap().values()) {
      if (found.size() == limit || looks++ == MAX_LOOKS) {
        return new AuditPage(found, last);
      }
      last = each.number();
      if (tenant == null || each.tenant().equals(tenant)) {
        found.add(each);
      }
    }
    return new AuditPage(found, null);
  }

  @Override
  public CompletionStage<Void> trim(long before, int max) {
    return run(
        () -> {
          records.headMap(before, false).clear();
          if (records.size() > max) {
            keepShares(max);
          }
        });
  }

  private void keepShares(int max) {
    Map<String, Integer> counts = new HashMap<>();
    records.values().forEach(each -> counts.merge(each.actor().tenant(), 1, Integer::sum));
    int share = AuditRules.share(counts.values(), max);
    Map<String, Integer> kept = new HashMap<>();
    records
        .descendingMap()
        .values()
        .removeIf(each -> kept.merge(each.actor().tenant(), 1, Integer::sum) > share);
  }
}
