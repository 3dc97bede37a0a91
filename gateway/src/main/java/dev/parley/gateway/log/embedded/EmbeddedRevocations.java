package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.log.DamagedRecordException;
import dev.parley.gateway.log.Revocation;
import dev.parley.gateway.log.RevocationKey;
import dev.parley.gateway.log.RevocationLog;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The revocations on disk: changes through the committer, which a nearly full disk does not refuse;
 * reads on the readers' threads.
 */
final class EmbeddedRevocations implements RevocationLog {

  private final CommitQueue queue;
  private final FairReadQueue readers;
  private final RocksStore store;
  private final DamagedRecords damaged;

  EmbeddedRevocations(
      CommitQueue queue, FairReadQueue readers, RocksStore store, DamagedRecords damaged) {
    this.queue = queue;
    this.readers = readers;
    this.store = store;
    this.damaged = damaged;
  }

  @Override
  public CompletionStage<Void> put(Revocation revocation, @Nullable AuditEntry record) {
    return queue.submitSmall(
        state -> {
          state.put(revocation);
          record(record, state);
        });
  }

  @Override
  public CompletionStage<Void> remove(List<RevocationKey> keys, @Nullable AuditEntry record) {
    return queue.submitSmall(
        state -> {
          keys.forEach(state::remove);
          record(record, state);
        });
  }

  private static void record(@Nullable AuditEntry record, BatchState state) {
    if (record != null) {
      state.record(record);
    }
  }

  @Override
  public CompletionStage<StoredRevocations> all() {
    return readers.call(this::allNow);
  }

  private StoredRevocations allNow() {
    List<Revocation> readable = new ArrayList<>();
    List<RevocationKey> unreadable = new ArrayList<>();
    store.scan(
        ColumnFamily.STORE,
        Keys.revocations(),
        Keys.afterPrefix(Keys.revocations()),
        (stored, value) -> {
          RevocationKey key = Keys.parseRevocation(stored);
          try {
            readable.add(RevocationValues.revocation(key, value));
          } catch (DamagedRecordException damage) {
            damaged.leftOut("a " + key, damage);
            unreadable.add(key);
          }
          return true;
        });
    return new StoredRevocations(readable, unreadable);
  }
}
