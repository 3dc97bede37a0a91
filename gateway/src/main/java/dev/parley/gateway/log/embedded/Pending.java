package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.CommandStamp;
import dev.parley.gateway.log.Decision;
import dev.parley.gateway.log.LedgerEntry;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.LogState;
import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.UserId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * What the committer knows beyond the disk: the effects of the batch that it is deciding, and the
 * heads it used lately. On the committer's thread only.
 */
final class Pending implements LogState, AutoCloseable {

  private final RocksStore store;
  private final StoreReader reader;
  private final HeadCache cache = new HeadCache();
  private final Map<ThreadKey, ThreadHead> heads = new HashMap<>();
  private final Map<CommandKey, LedgerEntry> ledger = new HashMap<>();
  private final Map<RunKey, RunRecord> runs = new HashMap<>();
  private final WriteBatch batch = new WriteBatch();

  private record CommandKey(UserId user, CommandId command) {}

  private record RunKey(UserId user, RunId run) {}

  Pending(RocksStore store, StoreReader reader) {
    this.store = store;
    this.reader = reader;
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
      putLedgerEntry(append);
      if (append.run() != null) {
        putRun(append.run());
      }
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

  private void putLedgerEntry(Decision.Append append) throws RocksDBException {
    CommandStamp command = append.commit().command();
    LedgerEntry entry = append.entry();
    if (command != null && entry != null) {
      UserId user = append.thread().user();
      byte[] key = Keys.command(user, command.id());
      batch.put(store.handle(Family.LEDGER), key, Values.encode(entry));
      ledger.put(new CommandKey(user, command.id()), entry);
    }
  }

  private void putRun(RunRecord run) throws RocksDBException {
    UserId user = run.thread().user();
    batch.put(store.handle(Family.RUNS), Keys.run(user, run.run()), Values.encode(run));
    byte[] thread = Keys.thread(run.thread());
    if (run.state() == RunState.OPEN) {
      batch.put(store.handle(Family.OPEN_RUNS), thread, Values.encode(run.run()));
    } else {
      batch.delete(store.handle(Family.OPEN_RUNS), thread);
    }
    runs.put(new RunKey(user, run.run()), run);
  }

  /** Everything taken in, as one write; each head only as it stands at the end. */
  WriteBatch batch() {
    try {
      for (Map.Entry<ThreadKey, ThreadHead> head : heads.entrySet()) {
        byte[] key = Keys.thread(head.getKey());
        batch.put(store.handle(Family.HEADS), key, Values.encode(head.getValue()));
      }
      return batch;
    } catch (RocksDBException e) {
      throw new LogException("batch: cannot be built: " + e.getMessage(), e);
    }
  }

  boolean isEmpty() {
    return heads.isEmpty();
  }

  /** The batch is on the disk: begins the next one. */
  void written() {
    cache.putAll(heads);
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
