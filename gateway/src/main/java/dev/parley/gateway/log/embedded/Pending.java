package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.Decision;
import dev.parley.gateway.log.Deletion;
import dev.parley.gateway.log.Generation;
import dev.parley.gateway.log.LedgerEntry;
import dev.parley.gateway.log.LogState;
import dev.parley.gateway.log.Retention;
import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.log.embedded.HeadCache.Slot;
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
import org.rocksdb.WriteBatch;

/**
 * What the committer knows beyond the disk: the effects of the batch that it is deciding, and the
 * heads it used lately. On the committer's thread only.
 */
final class Pending implements LogState, Trimmer.Heads, AutoCloseable {

  private final StoreReader reader;
  private final Retention retention;
  private final Chores chores;
  private final Draft draft;
  private final List<byte[]> begun = new ArrayList<>();
  private final Forgetter forgetter;
  private final HeadCache cache = new HeadCache();
  private final List<Slot> changed = new ArrayList<>();
  private final Map<CommandKey, LedgerEntry> ledger = new HashMap<>();
  private final Map<RunKey, RunRecord> runs = new HashMap<>();

  private record CommandKey(UserId user, CommandId command) {}

  private record RunKey(UserId user, RunId run) {}

  Pending(RocksStore store, StoreReader reader, Retention retention) {
    this.reader = reader;
    this.retention = retention;
    this.chores = new Chores(store, reader, this, retention);
    this.draft = new Draft(store, reader.generation());
    this.forgetter = new Forgetter(store, reader);
  }

  @Override
  public ThreadHead head(ThreadKey thread) {
    return slot(thread).head();
  }

  private Slot slot(ThreadKey thread) {
    return cache.get(thread, reader::head);
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

  @Override
  public Retention retention() {
    return retention;
  }

  /** Takes the effects of a decision in. */
  void add(Decision.Append append) {
    Slot slot = slot(append.thread());
    Growth growth = Growth.of(append);
    draft.add(append, slot.key, growth);
    UserId user = append.thread().user();
    append.entries().forEach((id, entry) -> ledger.put(new CommandKey(user, id), entry));
    RunRecord run = append.run();
    if (run != null) {
      runs.put(new RunKey(user, run.run()), run);
      if (run.state() != RunState.OPEN) {
        begun.add(Keys.event(slot.key, append.head().head()));
      }
    }
    change(slot, append.head(), growth == null);
  }

  private void change(Slot slot, ThreadHead head, boolean rewrite) {
    if (!slot.isChanged()) {
      changed.add(slot);
    }
    slot.change(head);
    slot.rewritten |= rewrite;
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
    draft.add(batch -> forgetter.delete(thread, batch));
    Generation generation = reader.generation();
    Epoch next = generation.ofLife(generation.life(head.epoch()) + 1);
    change(slot(thread), ThreadHead.unborn(next), true);
    return new Deletion.Deleted(next);
  }

  /** Takes in that a user without open runs is forgotten; all heads are read anew. */
  Deletion erase(UserId user) {
    List<RunRecord> open = reader.openRuns(user);
    if (!open.isEmpty()) {
      return new Deletion.Busy(open.get(0).run());
    }
    long life = forgetter.nextLife(user);
    draft.add(batch -> forgetter.erase(user, life, batch));
    cache.clear();
    return new Deletion.Deleted(reader.generation().ofLife(life));
  }

  /** Everything taken in, as one write; a head that is rewritten only as it stands at the end. */
  WriteBatch batch() {
    for (Slot slot : changed) {
      if (slot.rewritten) {
        draft.putHead(slot.key, slot.head());
      }
    }
    return draft.batch();
  }

  @Override
  public byte[] encode(ThreadHead head) {
    return Values.encode(head, reader.generation());
  }

  @Override
  public void wrote(ThreadKey thread, ThreadHead head) {
    Slot slot = slot(thread);
    slot.change(head);
    slot.keep();
    cache.shrink();
  }

  /** What is to be done when nothing is pending. */
  Chores chores() {
    return chores;
  }

  boolean isEmpty() {
    return changed.isEmpty() && draft.isEmpty();
  }

  /** The batch is on the disk: begins the next one. */
  void written() {
    begun.forEach(chores::add);
    for (Slot slot : changed) {
      slot.keep();
      trimIfLarge(slot.thread, slot.head());
    }
    clear();
    cache.shrink();
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
    return !changed.isEmpty()
        && changed.stream().allMatch(slot -> slot.head().equals(reader.head(slot.thread)));
  }

  /** Nothing is known beyond the disk any more. */
  void forget() {
    chores.forget();
    cache.clear();
    clear();
  }

  private void clear() {
    begun.clear();
    changed.clear();
    ledger.clear();
    runs.clear();
    draft.clear();
  }

  @Override
  public void close() {
    draft.close();
  }
}
