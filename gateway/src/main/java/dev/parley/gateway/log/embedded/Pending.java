package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.Decision;
import dev.parley.gateway.log.Deletion;
import dev.parley.gateway.log.Generation;
import dev.parley.gateway.log.LedgerEntry;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.LogState;
import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.log.Retention;
import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.log.Segment;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * What the committer knows beyond the disk: the effects of the batch that it is deciding, and the
 * heads it used lately. On the committer's thread only.
 */
final class Pending implements LogState, Trimmer.Heads, AutoCloseable {

  private final RocksStore store;
  private final StoreReader reader;
  private final Retention retention;
  private final Chores chores;
  private final List<byte[]> begun = new ArrayList<>();
  private final LedgerDays ledgerDays;
  private final Forgetter forgetter;
  private final HeadCache cache = new HeadCache();
  private final Map<ThreadKey, ThreadHead> heads = new HashMap<>();
  private final Map<CommandKey, LedgerEntry> ledger = new HashMap<>();
  private final Map<RunKey, RunRecord> runs = new HashMap<>();
  private final WriteBatch batch = new WriteBatch();

  private record CommandKey(UserId user, CommandId command) {}

  private record RunKey(UserId user, RunId run) {}

  Pending(RocksStore store, StoreReader reader, Retention retention) {
    this.store = store;
    this.reader = reader;
    this.retention = retention;
    this.chores = new Chores(store, reader, this, retention);
    this.ledgerDays = new LedgerDays(store);
    this.forgetter = new Forgetter(store, reader);
  }

  @Override
  public ThreadHead head(ThreadKey thread) {
    ThreadHead head = heads.get(thread);
    return head != null ? head : cache.get(thread, reader::head);
  }

  @Override
  public Optional<LedgerEntry> ledgerEntry(UserId user, CommandId command) {
    LedgerEntry entry = ledger.get(new CommandKey(user, command));
    return entry != null ? Optional.of(entry) : reader.ledgerEntry(user, command);
  }

  @Override
  public Optional<RunRecord> run(UserId user, RunId run) {
    RunRecord record = runs.get(new RunKey(user, run));
    return record != null ? Optional.of(record) : reader.run(user, run);
  }

  /** Takes the effects of a decision in. */
  void add(Decision.Append append) {
    try {
      putEvents(append);
      putLedgerEntries(append);
      if (append.first() == 1) {
        byte[] user = Keys.user(append.thread().user());
        batch.put(store.handle(Family.USERS), user, Values.present());
      }
      if (append.run() != null) {
        putRun(append.run(), append.head().head());
      }
      if (append.closed() != null) {
        putSegment(append.thread(), append.closed());
      }
      putWaiting(append.thread(), append.head());
      heads.put(append.thread(), append.head());
    } catch (RocksDBException e) {
      throw new LogException("batch: cannot be built: " + e.getMessage(), e);
    }
  }

  private void putEvents(Decision.Append append) throws RocksDBException {
    long seq = append.first();
    for (NewEvent event : append.events()) {
      byte[] key = Keys.event(append.thread(), seq++);
      batch.put(store.handle(Family.EVENTS), key, Values.encode(event));
    }
  }

  private void putLedgerEntries(Decision.Append append) throws RocksDBException {
    UserId user = append.thread().user();
    for (Map.Entry<CommandId, LedgerEntry> entry : append.entries().entrySet()) {
      byte[] key = Keys.command(user, entry.getKey());
      Family family = ledgerDays.familyOf(entry.getValue(), batch);
      batch.put(store.handle(family), key, Values.encode(entry.getValue()));
      ledger.put(new CommandKey(user, entry.getKey()), entry.getValue());
    }
  }

  private void putSegment(ThreadKey thread, Segment segment) throws RocksDBException {
    byte[] key = Keys.event(thread, segment.last());
    batch.put(store.handle(Family.SEGMENTS), key, Values.encode(segment));
    ThreadHead before = head(thread);
    boolean indexed =
        before.head() > 0
            && before.openRun() == null
            && Trimmer.hour(before.lastMillis()) == Trimmer.hour(segment.millis());
    if (!indexed) {
      byte[] expiry = Trimmer.expiry(segment, Keys.thread(thread));
      batch.put(store.handle(Family.EXPIRY), expiry, Values.present());
    }
  }

  private void putRun(RunRecord run, long last) throws RocksDBException {
    UserId user = run.thread().user();
    batch.put(store.handle(Family.RUNS), Keys.run(user, run.run()), Values.encode(run));
    byte[] thread = Keys.thread(run.thread());
    if (run.state() == RunState.OPEN) {
      batch.put(store.handle(Family.OPEN_RUNS), thread, Values.encode(run.run()));
    } else {
      batch.delete(store.handle(Family.OPEN_RUNS), thread);
      byte[] chore = Keys.event(run.thread(), last);
      batch.put(store.handle(Family.CHORES), chore, Values.encode(run.firstSeq()));
      begun.add(chore);
    }
    runs.put(new RunKey(user, run.run()), run);
  }

  private void putWaiting(ThreadKey thread, ThreadHead after) throws RocksDBException {
    boolean waits = !after.queue().isEmpty();
    if (waits == !head(thread).queue().isEmpty()) {
      return;
    }
    if (waits) {
      batch.put(store.handle(Family.WAITING), Keys.thread(thread), Values.present());
    } else {
      batch.delete(store.handle(Family.WAITING), Keys.thread(thread));
    }
  }

  /** Takes in that an idle thread is forgotten. */
  Deletion delete(ThreadKey thread) {
    ThreadHead head = head(thread);
    if (head.isBusy()) {
      return new Deletion.Busy(head.openRun());
    }
    if (head.head() == 0) {
      return new Deletion.Deleted(head.epoch());
    }
    try {
      forgetter.delete(thread, batch);
    } catch (RocksDBException e) {
      throw new LogException("batch: cannot be built: " + e.getMessage(), e);
    }
    Generation generation = reader.generation();
    Epoch next = generation.ofLife(generation.life(head.epoch()) + 1);
    heads.put(thread, ThreadHead.unborn(next));
    return new Deletion.Deleted(next);
  }

  /** Takes in that a user without open runs is forgotten; all heads are read anew. */
  Deletion erase(UserId user) {
    List<RunRecord> open = reader.openRuns(user);
    if (!open.isEmpty()) {
      return new Deletion.Busy(open.get(0).run());
    }
    try {
      long life = forgetter.erase(user, batch);
      cache.clear();
      return new Deletion.Deleted(reader.generation().ofLife(life));
    } catch (RocksDBException e) {
      throw new LogException("batch: cannot be built: " + e.getMessage(), e);
    }
  }

  /** Everything taken in, as one write; each head only as it stands at the end. */
  WriteBatch batch() {
    try {
      for (Map.Entry<ThreadKey, ThreadHead> head : heads.entrySet()) {
        byte[] key = Keys.thread(head.getKey());
        batch.put(store.handle(Family.HEADS), key, encode(head.getValue()));
      }
      return batch;
    } catch (RocksDBException e) {
      throw new LogException("batch: cannot be built: " + e.getMessage(), e);
    }
  }

  @Override
  public byte[] encode(ThreadHead head) {
    return Values.encode(head, reader.generation());
  }

  @Override
  public void wrote(ThreadKey thread, ThreadHead head) {
    cache.putAll(Map.of(thread, head));
  }

  /** What is to be done when nothing is pending. */
  Chores chores() {
    return chores;
  }

  boolean isEmpty() {
    return heads.isEmpty() && batch.count() == 0;
  }

  /** The batch is on the disk: begins the next one. */
  void written() {
    cache.putAll(heads);
    begun.forEach(chores::add);
    begun.clear();
    heads.forEach(this::trimIfLarge);
    ledgerDays.forget();
    heads.clear();
    ledger.clear();
    runs.clear();
    batch.clear();
  }

  /** In an open run nothing new can go. */
  private void trimIfLarge(ThreadKey thread, ThreadHead head) {
    if (head.openRun() == null && retention.isWellExceededBy(head.kept())) {
      chores.trim(thread);
    }
  }

  /**
   * Whether the batch is on the disk after all: a write is there as a whole or not at all, and
   * nobody else writes, so every head is as the batch leaves it, or none is. What changes no head
   * counts as not written; to do it again does no harm.
   */
  boolean isOnDisk() {
    return !heads.isEmpty()
        && heads.entrySet().stream()
            .allMatch(wanted -> wanted.getValue().equals(reader.head(wanted.getKey())));
  }

  /** Nothing is known beyond the disk any more. */
  void forget() {
    begun.clear();
    chores.forget();
    ledgerDays.forget();
    cache.clear();
    heads.clear();
    ledger.clear();
    runs.clear();
    batch.clear();
  }

  @Override
  public void close() {
    batch.close();
  }
}
