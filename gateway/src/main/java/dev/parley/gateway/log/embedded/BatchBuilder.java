package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.Decision;
import dev.parley.gateway.log.Generation;
import dev.parley.gateway.log.LedgerEntry;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.Moment;
import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.log.Retention;
import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.log.Segment;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.UserId;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Builds the records of one write from decisions. On the committer's thread only. */
final class BatchBuilder implements AutoCloseable {

  private final RocksStore store;
  private final Generation generation;
  private final LedgerRotation ledger;
  private final WriteBatch batch = new WriteBatch();

  /** A part of the batch. */
  interface Part {
    void addTo(WriteBatch batch) throws RocksDBException;
  }

  BatchBuilder(RocksStore store, Generation generation) {
    this.store = store;
    this.generation = generation;
    this.ledger = new LedgerRotation(store);
  }

  /**
   * Adds the records of the decision. Of the head, only the delta is added. Fails with a {@link
   * LogException} only before anything is added.
   *
   * @param thread the thread's key
   */
  void add(Decision.Append append, byte[] thread, @Nullable HeadDelta headDelta, Moment now) {
    ledger.read(append.entries().values());
    add(
        records -> {
          putEvents(append, thread, headDelta);
          putLedgerEntries(append, now);
          if (append.first() == 1) {
            put(ColumnFamily.USERS, Keys.user(append.thread().user()), Values.present());
          }
          if (append.run() != null) {
            putRun(append.run(), thread, append.head().head());
          }
          if (append.saved() != null) {
            putSaved(append.thread().user(), append.saved());
          }
          if (append.closed() != null) {
            putSegment(thread, append.closed());
          }
          putExpiry(append, thread);
          putQueued(append, thread);
        });
  }

  /**
   * Adds a part.
   *
   * @throws IllegalStateException when a part of it may be in the batch, which must not be written
   */
  void add(Part part) {
    try {
      part.addTo(batch);
    } catch (RocksDBException | LogException e) {
      throw new IllegalStateException("batch: cannot be built: " + e.getMessage(), e);
    }
  }

  void putHead(byte[] thread, ThreadHead head) {
    add(records -> put(ColumnFamily.HEADS, thread, Values.encode(head, generation)));
  }

  /** Removes the head: the thread has no events and is not known to the store. */
  void removeHead(byte[] thread) {
    add(records -> records.delete(store.handle(ColumnFamily.HEADS), thread));
  }

  private void put(ColumnFamily family, byte[] key, byte[] value) throws RocksDBException {
    batch.put(store.handle(family), key, value);
  }

  private void putEvents(Decision.Append append, byte[] thread, @Nullable HeadDelta headDelta)
      throws RocksDBException {
    long seq = append.first();
    for (NewEvent event : append.events()) {
      boolean last = seq == append.head().head();
      byte[] value = Values.encode(event, last ? headDelta : null);
      put(ColumnFamily.EVENTS, Keys.event(thread, seq++), value);
    }
  }

  private void putLedgerEntries(Decision.Append append, Moment now) throws RocksDBException {
    UserId user = append.thread().user();
    for (Map.Entry<CommandId, LedgerEntry> entry : append.entries().entrySet()) {
      ColumnFamily family = ledger.familyOf(entry.getValue(), now, batch);
      put(family, Keys.command(user, entry.getKey()), Values.encode(entry.getValue(), generation));
    }
  }

  private void putSegment(byte[] thread, Segment segment) throws RocksDBException {
    put(ColumnFamily.SEGMENTS, Keys.event(thread, segment.last()), Values.encode(segment));
  }

  /** Index entries for expiry: one for each hour in which an idle thread's events ended. */
  private void putExpiry(Decision.Append append, byte[] thread) throws RocksDBException {
    ThreadHead before = append.before();
    long hour = Retention.hour(append.head().lastMillis());
    boolean indexed =
        before.head() > 0
            && before.openRun() == null
            && Retention.hour(before.lastMillis()) == hour;
    if (append.head().openRun() == null && !indexed) {
      put(ColumnFamily.EXPIRY, Keys.expiry(hour, thread), Values.present());
    }
  }

  private void putQueued(Decision.Append append, byte[] thread) throws RocksDBException {
    boolean hasQueue = !append.head().queue().isEmpty();
    if (hasQueue == !append.before().queue().isEmpty()) {
      return;
    }
    if (hasQueue) {
      put(ColumnFamily.QUEUED_THREADS, thread, Values.present());
    } else {
      batch.delete(store.handle(ColumnFamily.QUEUED_THREADS), thread);
    }
  }

  private void putRun(RunRecord run, byte[] thread, long last) throws RocksDBException {
    put(ColumnFamily.RUNS, Keys.run(run.thread().user(), run.run()), Values.encode(run));
    if (run.state() == RunState.OPEN) {
      put(ColumnFamily.OPEN_RUNS, thread, Values.encode(run.run()));
    } else {
      batch.delete(store.handle(ColumnFamily.OPEN_RUNS), thread);
      put(
          ColumnFamily.COMPACTIONS,
          Keys.event(thread, last),
          Values.encode(RecordKind.COMPACTION, run.firstSeq()));
    }
  }

  private void putSaved(UserId user, Decision.Append.Saving saving) throws RocksDBException {
    putSaved(user, saving, RecordKind.RUN_REQUEST, saving.request());
    putSaved(user, saving, RecordKind.CHECKPOINT, saving.checkpoint());
  }

  private void putSaved(
      UserId user, Decision.Append.Saving saving, RecordKind kind, @Nullable RawJson json)
      throws RocksDBException {
    byte[] key = Keys.savedRun(user, saving.run(), kind);
    if (saving.isRemoved()) {
      batch.delete(store.handle(ColumnFamily.SAVED_RUNS), key);
    } else if (json != null) {
      put(ColumnFamily.SAVED_RUNS, key, Values.encode(kind, json));
    }
  }

  WriteBatch batch() {
    return batch;
  }

  boolean isEmpty() {
    return batch.count() == 0;
  }

  /** Begins the next batch. */
  void clear() {
    ledger.batchEnded();
    batch.clear();
  }

  @Override
  public void close() {
    batch.close();
  }
}
