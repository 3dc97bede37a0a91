package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.log.AuditLog;
import dev.parley.gateway.log.AuditPage;
import dev.parley.gateway.log.DamagedRecordException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The audit log on disk: changes through the committer, reads on the readers' threads. */
final class EmbeddedAudit implements AuditLog {

  private final CommitQueue queue;
  private final FairReadQueue readers;
  private final RocksStore store;
  private final DamagedRecords damaged;

  EmbeddedAudit(
      CommitQueue queue, FairReadQueue readers, RocksStore store, DamagedRecords damaged) {
    this.queue = queue;
    this.readers = readers;
    this.store = store;
    this.damaged = damaged;
  }

  @Override
  public CompletionStage<Void> put(AuditEntry entry) {
    return queue.submitAudit(state -> state.record(entry));
  }

  @Override
  public CompletionStage<AuditPage> read(@Nullable String tenant, long before, int limit) {
    return readers.call(() -> readNow(tenant, before, limit));
  }

  private AuditPage readNow(@Nullable String tenant, long before, int limit) {
    List<AuditEntry> found = new ArrayList<>();
    long[] last = {0};
    int[] looks = {0};
    boolean[] isMore = {false};
    store.scan(
        ColumnFamily.AUDIT,
        Keys.after(Keys.audit(before)),
        Keys.LAST,
        (key, value) -> {
          if (found.size() == limit || looks[0]++ == MAX_LOOKS) {
            isMore[0] = true;
            return false;
          }
          last[0] = Keys.auditNumber(key);
          AuditEntry entry = undamaged(last[0], value);
          if (entry != null && (tenant == null || entry.tenant().equals(tenant))) {
            found.add(entry);
          }
          return true;
        });
    return new AuditPage(found, isMore[0] ? last[0] : null);
  }

  /** Null when the record is damaged: one record must not keep the others from being read. */
  private @Nullable AuditEntry undamaged(long number, byte[] value) {
    try {
      return AuditValues.entry(number, value);
    } catch (DamagedRecordException damage) {
      damaged.leftOut("record " + number + " of the audit log", damage);
      return null;
    }
  }

  @Override
  public CompletionStage<Void> trim(long before, int max) {
    return readers
        .call(() -> firstToRemove(before, max))
        .thenCompose(
            first ->
                first == null
                    ? CompletableFuture.completedStage(null)
                    : queue.submitAudit(state -> state.removeRecords(first)));
  }

  /** The key of the newest record that is to be removed; null if there is none. */
  private byte @Nullable [] firstToRemove(long before, int max) {
    byte[][] first = {null};
    int[] kept = {0};
    store.scan(
        ColumnFamily.AUDIT,
        (key, value) -> {
          if (Keys.auditNumber(key) >= before && kept[0]++ < max) {
            return true;
          }
          first[0] = key;
          return false;
        });
    return first[0];
  }
}
