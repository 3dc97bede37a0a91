package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.log.AuditRules;
import dev.parley.gateway.log.BroadcastKey;
import dev.parley.gateway.log.Decision;
import dev.parley.gateway.log.Deletion;
import dev.parley.gateway.log.LedgerEntry;
import dev.parley.gateway.log.LogState;
import dev.parley.gateway.log.Moment;
import dev.parley.gateway.log.RetainedSize;
import dev.parley.gateway.log.Retention;
import dev.parley.gateway.log.Revocation;
import dev.parley.gateway.log.RevocationKey;
import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.log.Segment;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.log.Usage;
import dev.parley.gateway.log.embedded.HeadCache.Slot;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The committer's state beyond the disk: the effects of the current batch, and a cache of thread
 * heads. On the committer's thread only.
 */
final class BatchState implements LogState, HeadStore, AutoCloseable {

  private final RocksStore store;
  private final StoreReader reader;
  private final Retention retention;
  private final Maintenance maintenance;
  private final BatchBuilder builder;
  private final List<byte[]> endedRuns = new ArrayList<>();
  private final Eraser eraser;
  private final MinimumLives lives;
  private final HeadCache cache = new HeadCache();
  private final ActivityIndex activity;
  private final UsageTracker usages;
  private final InboxBatch inboxes;
  private final HookBatch hooks;
  private final ErasureWatch watch = new ErasureWatch();
  private final List<Slot> changed = new ArrayList<>();
  private final Map<CommandKey, LedgerEntry> ledger = new HashMap<>();
  private final Map<RunKey, RunRecord> runs = new HashMap<>();
  private final Map<ThreadKey, List<Segment>> closed = new HashMap<>();

  private record CommandKey(UserId user, CommandId command) {}

  private record RunKey(UserId user, RunId run) {}

  /** The readers of what is on the disk. */
  record DiskReaders(StoreReader threads, InboxReader inboxes, HookReader hooks) {

    static DiskReaders of(RocksStore store, StoreReader threads, DamagedRecords damaged) {
      return new DiskReaders(
          threads, new InboxReader(store, damaged), new HookReader(store, damaged));
    }

    Eraser eraser(RocksStore store) {
      return new Eraser(store, threads, inboxes);
    }
  }

  BatchState(RocksStore store, DiskReaders readers, Retention retention) {
    this.store = store;
    this.reader = readers.threads();
    this.retention = retention;
    this.lives = new MinimumLives(store, reader);
    this.maintenance = new Maintenance(store, reader, this, lives, retention);
    this.builder = new BatchBuilder(store, reader.generation());
    this.eraser = readers.eraser(store);
    this.usages = new UsageTracker(store, reader::usage);
    this.activity = new ActivityIndex(store);
    this.inboxes = new InboxBatch(store, readers.inboxes(), watch);
    this.hooks = new HookBatch(store, readers.hooks());
  }

  @Override
  public ThreadHead head(ThreadKey thread) {
    ThreadHead head = slot(thread).head();
    // The life of a new thread may have changed since the slot was created.
    return head.head() > 0 ? head : unborn(Math.max(lives.first(thread.user()), life(head)));
  }

  private ThreadHead unborn(long life) {
    return ThreadHead.unborn(reader.generation().ofLife(life));
  }

  private long life(ThreadHead head) {
    return reader.generation().life(head.epoch());
  }

  private Slot slot(ThreadKey thread) {
    return cache.get(thread, reader::countedHead);
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

  /** The bytes deleted per user whose disk space is not yet reclaimed. */
  FreedBytes freed() {
    return usages.freed();
  }

  @Override
  public Usage usage(UserId user) {
    return usages.get(user);
  }

  @Override
  public boolean hasRoomForHook(UserId user) {
    return hooks.hasRoom(user);
  }

  @Override
  public Retention retention() {
    return retention;
  }

  /** Adds the effects of a decision. */
  void add(Decision.Append append, Moment now) {
    Slot slot = slot(append.thread());
    HeadDelta headDelta = HeadDelta.of(append);
    UserId user = append.thread().user();
    watch.changed(user);
    // Read before adding: a damaged count must not leave a part of the commit in the batch.
    usages.get(user);
    builder.add(append, slot.key, headDelta, now);
    append.entries().forEach((id, entry) -> ledger.put(new CommandKey(user, id), entry));
    RunRecord run = append.run();
    if (run != null) {
      runs.put(new RunKey(user, run.run()), run);
      if (run.state() != RunState.OPEN) {
        endedRuns.add(Keys.event(slot.key, append.head().head()));
      }
    }
    if (append.closed() != null) {
      closed.computeIfAbsent(append.thread(), first -> new ArrayList<>()).add(append.closed());
    }
    if (append.hook() != null) {
      hooks.add(append.hook());
    }
    // A checkpoint without events changes no head.
    if (headDelta == null || !append.events().isEmpty()) {
      change(slot, append.head(), headDelta == null);
    }
  }

  private void change(Slot slot, ThreadHead head, boolean rewrite) {
    if (!slot.isChanged()) {
      changed.add(slot);
    }
    usages.change(slot.thread.user(), slot.head().retained(), head.retained());
    slot.change(head);
    slot.rewritten |= rewrite;
  }

  /** Adds the deletion of an idle thread, including its records in the current batch. */
  Deletion delete(ThreadKey thread, long nowMillis) {
    ThreadHead head = head(thread);
    if (head.isBusy()) {
      return new Deletion.InUse(head.openRun());
    }
    if (head.head() == 0) {
      return new Deletion.Deleted(head.epoch());
    }
    watch.changed(thread.user());
    // Read before adding: a damaged record must not leave a part of the deletion in the batch.
    List<Segment> segments = new ArrayList<>(eraser.segments(thread));
    segments.addAll(closed.getOrDefault(thread, List.of()));
    usages.get(thread.user());
    long first = lives.first(thread.user());
    long next = Math.max(first, life(head) + 1);
    hooks.removeUpTo(thread, Long.MAX_VALUE - 1);
    builder.add(batch -> eraser.delete(thread, head, segments, batch));
    if (next > first) {
      builder.add(batch -> lives.put(thread.user(), next, nowMillis, batch));
    }
    change(slot(thread), unborn(next), true);
    return new Deletion.Deleted(unborn(next).epoch());
  }

  /** Notes from now on what changes of what is to be erased with the user. */
  void watch(UserId user) {
    watch.begin(user);
  }

  /** Removes the name of the user from all broadcasts. */
  void forgetNames(Erasures.ErasurePlan plan) {
    inboxes.replace(inboxes.withoutName(plan.user(), plan.broadcasts()));
  }

  /** Adds the deletion of a user without open runs, in a batch that has nothing else. */
  Deletion erase(Erasures.ErasurePlan plan, @Nullable AuditEntry record, long nowMillis) {
    Deletion deletion = erase(plan, nowMillis);
    if (record != null) {
      record(AuditRules.ended(record, deletion));
    }
    return deletion;
  }

  private Deletion erase(Erasures.ErasurePlan plan, long nowMillis) {
    UserId user = plan.user();
    List<RunRecord> open = reader.openRuns(user);
    if (!open.isEmpty()) {
      return new Deletion.InUse(open.get(0).run());
    }
    // Read before adding: a read may fail, and the batch is written nevertheless.
    Eraser.Erasure known = watch.isUnchanged(user) ? plan.threads() : null;
    Eraser.Erasure erasure = known == null ? eraser.erasure(user) : known;
    long life = Math.max(erasure.lastLife(), lives.first(user)) + 1;
    Map<BroadcastKey, byte[]> nameless = inboxes.withoutName(user, plan.broadcasts());
    usages.get(user);
    hooks.erase(user);
    inboxes.replace(nameless);
    builder.add(batch -> eraser.erase(erasure, batch));
    builder.add(batch -> lives.put(user, life, nowMillis, batch));
    cache.evict(user);
    usages.erase(user);
    inboxes.erased();
    return new Deletion.Deleted(reader.generation().ofLife(life));
  }

  /** Adds a record of the audit log. */
  void record(AuditEntry entry) {
    byte[] value = AuditValues.encode(entry);
    builder.add(
        batch -> batch.put(store.handle(ColumnFamily.AUDIT), Keys.audit(entry.number()), value));
  }

  /** Adds a revocation. */
  void put(Revocation revocation) {
    byte[] key = Keys.revocation(revocation.key());
    byte[] value = RevocationValues.encode(revocation);
    builder.add(batch -> batch.put(store.handle(ColumnFamily.STORE), key, value));
  }

  /** Removes a revocation. */
  void remove(RevocationKey revocation) {
    byte[] key = Keys.revocation(revocation);
    builder.add(batch -> batch.delete(store.handle(ColumnFamily.STORE), key));
  }

  /** Removes this record of the audit log and all older ones. */
  void removeRecords(byte[] newest) {
    builder.add(batch -> batch.deleteRange(store.handle(ColumnFamily.AUDIT), newest, Keys.LAST));
  }

  /** Removes these records of the audit log. */
  void removeEach(List<byte[]> keys) {
    ColumnFamilyHandle audit = store.handle(ColumnFamily.AUDIT);
    builder.add(
        batch -> {
          for (byte[] key : keys) {
            batch.delete(audit, key);
          }
        });
  }

  /** All effects as one batch. A head that changed several times is written once. */
  WriteBatch batch() {
    for (Slot slot : changed) {
      if (slot.rewritten) {
        writeHead(slot);
      }
      builder.add(batch -> activity.change(slot.thread, slot.stored(), slot.head(), batch));
    }
    builder.add(usages::addTo);
    builder.add(inboxes::addTo);
    builder.add(hooks::addTo);
    return builder.batch();
  }

  private void writeHead(Slot slot) {
    usages.count(slot.thread.user(), slot.counted(), slot.head().retained());
    if (slot.head().head() > 0) {
      builder.putHead(slot.key, slot.head());
    } else {
      builder.removeHead(slot.key);
    }
  }

  @Override
  public void put(ThreadKey thread, ThreadHead head, WriteBatch batch) throws RocksDBException {
    Slot slot = slot(thread);
    watch.changed(thread.user());
    batch.put(store.handle(ColumnFamily.HEADS), slot.key, Values.encode(head, reader.generation()));
    writeUsage(slot, head.retained(), batch);
  }

  private void writeUsage(Slot slot, RetainedSize retained, WriteBatch batch)
      throws RocksDBException {
    UserId user = slot.thread.user();
    usages.change(user, slot.head().retained(), retained);
    usages.count(user, slot.counted(), retained);
    usages.addTo(batch);
  }

  @Override
  public void discard() {
    cache.clear();
    usages.reset();
    lives.batchEnded();
  }

  @Override
  public ThreadHead remove(ThreadKey thread, ThreadHead head, long nowMillis, WriteBatch batch)
      throws RocksDBException {
    Slot slot = slot(thread);
    watch.changed(thread.user());
    batch.delete(store.handle(ColumnFamily.HEADS), slot.key);
    activity.change(thread, slot.head(), unborn(life(head)), batch);
    writeUsage(slot, RetainedSize.NONE, batch);
    long ended = head.head() > 0 ? 1 : 0;
    return unborn(lives.raise(thread.user(), life(head) + ended, nowMillis, batch));
  }

  @Override
  public void written(ThreadKey thread, ThreadHead head) {
    Slot slot = slot(thread);
    usages.written();
    lives.batchEnded();
    slot.change(head);
    slot.rewritten = true;
    slot.written();
    cache.shrink();
  }

  /** The directory and the broadcasts. */
  InboxBatch inboxes() {
    return inboxes;
  }

  /** The web hooks that wait. */
  HookBatch hooks() {
    return hooks;
  }

  /** The work to do between batches. */
  Maintenance maintenance() {
    return maintenance;
  }

  boolean isEmpty() {
    return changed.isEmpty() && builder.isEmpty() && inboxes.isEmpty() && hooks.isEmpty();
  }

  /** The batch is on the disk; begins the next one. */
  void written() {
    endedRuns.forEach(maintenance::compactLater);
    for (Slot slot : changed) {
      slot.written();
      trimIfLarge(slot.thread, slot.head());
    }
    usages.written();
    hooks.written();
    cache.shrink();
    clear();
  }

  /** Nothing can be dropped of an open run. */
  private void trimIfLarge(ThreadKey thread, ThreadHead head) {
    if (head.openRun() == null && retention.isWellExceededBy(head.retained())) {
      maintenance.trimLater(thread);
    }
  }

  /**
   * Whether the batch was written after all. A batch is written as a whole or not at all, and
   * nobody else writes; so either every changed head on the disk is as the batch leaves it, or none
   * is. A batch that changes no head counts as not written; writing it again does no harm.
   */
  boolean isOnDisk() {
    return !changed.isEmpty()
        && changed.stream().allMatch(slot -> head(slot.thread).equals(reader.head(slot.thread)));
  }

  /** Clears everything that is not on the disk, and all caches. */
  void reset() {
    maintenance.reset();
    cache.clear();
    usages.reset();
    watch.end();
    clear();
    // Last: what it finds to remove is a part of the next batch.
    hooks.reset();
  }

  private void clear() {
    endedRuns.clear();
    ledger.clear();
    runs.clear();
    closed.clear();
    lives.batchEnded();
    inboxes.clear();
    hooks.clear();
    builder.clear();
    // Last: until then isOnDisk() knows the batch.
    changed.clear();
  }

  @Override
  public void close() {
    builder.close();
  }
}
