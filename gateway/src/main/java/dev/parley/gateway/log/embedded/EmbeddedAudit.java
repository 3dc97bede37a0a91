package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.log.AuditLog;
import dev.parley.gateway.log.AuditPage;
import dev.parley.gateway.log.AuditRules;
import dev.parley.gateway.log.DamagedRecordException;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The audit log on disk: changes through the committer, reads on the readers' threads. */
final class EmbeddedAudit implements AuditLog {

  /** Records that are removed in one write. */
  private static final int AT_ONCE = 10_000;

  /** In place of the tenant of a damaged record. No tenant has this name. */
  private static final String UNKNOWN = "";

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
    return queue.submitSmall(state -> state.record(entry));
  }

  @Override
  public CompletionStage<AuditPage> read(
      UserId reader, @Nullable String tenant, long before, int limit) {
    return readers.call(reader, () -> readNow(tenant, before, limit));
  }

  @Override
  public CompletionStage<Long> newest() {
    return readers.call(
        () -> {
          long[] newest = {0};
          store.scan(
              ColumnFamily.AUDIT,
              (key, value) -> {
                newest[0] = Keys.auditNumber(key);
                return false;
              });
          return newest[0];
        });
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
    return readers.call(() -> surplus(before, max)).thenCompose(this::remove);
  }

  /**
   * What is to be removed.
   *
   * @param old the key of the newest record that is too old
   * @param keys of the others, the newest first
   */
  private record Surplus(Optional<byte[]> old, List<byte[]> keys) {}

  private Surplus surplus(long before, int max) {
    byte[][] old = {null};
    int[] others = {0};
    store.scan(
        ColumnFamily.AUDIT,
        (key, value) -> {
          if (Keys.auditNumber(key) >= before) {
            return ++others[0] > 0;
          }
          old[0] = key;
          return false;
        });
    List<byte[]> keys = others[0] > max ? beyondShares(before, max) : List.of();
    return new Surplus(Optional.ofNullable(old[0]), keys);
  }

  private List<byte[]> beyondShares(long before, int max) {
    Map<String, Integer> counts = new HashMap<>();
    visit(before, (key, tenant) -> counts.merge(tenant, 1, Integer::sum));
    int share = AuditRules.share(counts.values(), max);
    Map<String, Integer> kept = new HashMap<>();
    List<byte[]> found = new ArrayList<>();
    visit(
        before,
        (key, tenant) -> {
          if (kept.merge(tenant, 1, Integer::sum) > share) {
            found.add(key);
          }
        });
    return found;
  }

  /** Visits the keys from this number on, with the tenant whose user made the record. */
  private void visit(long from, BiConsumer<byte[], String> visitor) {
    store.scan(
        ColumnFamily.AUDIT,
        (key, value) -> {
          if (Keys.auditNumber(key) < from) {
            return false;
          }
          AuditEntry entry = undamaged(Keys.auditNumber(key), value);
          visitor.accept(key, entry == null ? UNKNOWN : entry.actor().tenant());
          return true;
        });
  }

  private CompletionStage<Void> remove(Surplus surplus) {
    CompletionStage<Void> removed =
        surplus
            .old()
            .map(old -> queue.submitSmall(state -> state.removeRecords(old)))
            .orElseGet(() -> CompletableFuture.completedStage(null));
    for (int from = 0; from < surplus.keys().size(); from += AT_ONCE) {
      List<byte[]> part =
          surplus.keys().subList(from, Math.min(from + AT_ONCE, surplus.keys().size()));
      removed = removed.thenCompose(done -> queue.submitSmall(state -> state.removeEach(part)));
    }
    return removed;
  }
}
