package dev.parley.gateway.log.memory;

import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.log.LogExecutor;
import dev.parley.gateway.log.Revocation;
import dev.parley.gateway.log.RevocationKey;
import dev.parley.gateway.log.RevocationLog;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The revocations of a log in memory. They are touched on the committer's thread only. */
final class MemoryRevocations implements RevocationLog {

  private final LogExecutor committer;
  private final MemoryAudit audit;
  private final NavigableMap<RevocationKey, Revocation> all = new TreeMap<>();

  MemoryRevocations(LogExecutor committer, MemoryAudit audit) {
    this.committer = committer;
    this.audit = audit;
  }

  @Override
  public CompletionStage<Void> put(Revocation revocation, @Nullable AuditEntry record) {
    return change(() -> all.put(revocation.key(), revocation), record);
  }

  @Override
  public CompletionStage<Void> remove(List<RevocationKey> keys, @Nullable AuditEntry record) {
    return change(() -> keys.forEach(all::remove), record);
  }

  private CompletionStage<Void> change(Runnable change, @Nullable AuditEntry record) {
    return committer
        .call(
            () -> {
              change.run();
              if (record != null) {
                audit.record(record);
              }
              return true;
            })
        .thenAccept(done -> {});
  }

  @Override
  public CompletionStage<StoredRevocations> all() {
    return committer.call(() -> new StoredRevocations(List.copyOf(all.values()), List.of()));
  }
}
