package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.EventPage;
import dev.parley.gateway.log.Generation;
import dev.parley.gateway.log.LedgerEntry;
import dev.parley.gateway.log.ListPosition;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.RetainedSize;
import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.log.SavedRun;
import dev.parley.gateway.log.ThreadEntry;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.log.Usage;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.Deltas;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * Reads the store on the disk. May be called from any thread while the store is open. Blocks. Fails
 * only with a {@link LogException}.
 */
final class StoreReader {

  private final RocksStore store;
  private final Generation generation;
  private final Deltas deltas;

  /** A reader of a store of this generation, with events of this form. */
  StoreReader(RocksStore store, Generation generation, Deltas deltas) {
    this.store = store;
    this.generation = generation;
    this.deltas = deltas;
  }

  Deltas deltas() {
    return deltas;
  }

  Generation generation() {
    return generation;
  }

  ThreadHead head(ThreadKey thread) {
    return countedHead(thread).head();
  }

  CountedHead countedHead(ThreadKey thread) {
    return store.readSnapshot(view -> countedHead(view, thread));
  }

  private CountedHead countedHead(Database.SnapshotView view, ThreadKey thread)
      throws RocksDBException {
    byte[] key = Keys.thread(thread);
    Optional<byte[]> value = view.get(ColumnFamily.HEADS, key);
    if (value.isEmpty()) {
      return unborn(firstLife(view, thread.user()));
    }
    ThreadHead stored = Values.head(value.get(), generation);
    ThreadHead head = withDelta(view, key, stored);
    if (head.head() == 0) {
      return unborn(Math.max(firstLife(view, thread.user()), generation.life(head.epoch())));
    }
    // Stores of version 4 and earlier have deltas outside of runs too. Usage counts those.
    return new CountedHead(head, (stored.openRun() != null ? stored : head).retained());
  }

  private CountedHead unborn(long life) {
    return new CountedHead(ThreadHead.unborn(generation.ofLife(life)), RetainedSize.NONE);
  }

  /** The stored head may be older than the last event; see {@link HeadDelta}. */
  private ThreadHead withDelta(Database.SnapshotView view, byte[] thread, ThreadHead head)
      throws RocksDBException {
    ThreadHead[] withDelta = {head};
    view.last(
        ColumnFamily.EVENTS,
        Keys.event(thread, head.head() + 1),
        Keys.afterPrefix(thread),
        (key, value) -> withDelta[0] = Values.event(value, deltas).headAfter(head, Keys.seq(key)));
    return withDelta[0];
  }

  private ThreadHead withDelta(Database.LastEntries events, byte[] thread, ThreadHead head)
      throws RocksDBException {
    ThreadHead[] withDelta = {head};
    events.show(
        Keys.event(thread, head.head() + 1),
        Keys.afterPrefix(thread),
        (key, value) -> withDelta[0] = Values.event(value, deltas).headAfter(head, Keys.seq(key)));
    return withDelta[0];
  }

  /** The life in which new threads of the user begin. */
  long firstLife(UserId user) {
    return store.readSnapshot(view -> firstLife(view, user));
  }

  private static long firstLife(Database.SnapshotView view, UserId user) throws RocksDBException {
    long floor =
        view.get(ColumnFamily.STORE, MinimumLives.FLOOR)
            .map(value -> Values.number(RecordKind.LIFE_FLOOR, value))
            .orElse(0L);
    Optional<byte[]> own = view.get(ColumnFamily.LIVES, Keys.digest(user));
    return own.isEmpty() ? floor : Math.max(floor, Values.life(own.get()).life());
  }

  List<ThreadEntry> threads(UserId user, @Nullable ListPosition after, int limit) {
    return store.readSnapshot(view -> threads(view, user, after, limit));
  }

  private List<ThreadEntry> threads(
      Database.SnapshotView view, UserId user, @Nullable ListPosition after, int limit)
      throws RocksDBException {
    byte[] prefix = Keys.user(user);
    byte[] from = after == null ? prefix : Keys.after(key(user, after));
    List<ThreadKey> listed = new ArrayList<>();
    view.scan(
        ColumnFamily.ACTIVITY,
        from,
        Keys.afterPrefix(prefix),
        (key, value) -> listed.add(Keys.active(key)) && listed.size() < limit);
    List<ThreadEntry> threads = new ArrayList<>();
    try (Database.LastEntries events = view.lastEntries(ColumnFamily.EVENTS)) {
      for (ThreadKey each : listed) {
        threads.add(new ThreadEntry(each.thread(), listedHead(view, events, each)));
      }
    }
    return threads;
  }

  private static byte[] key(UserId user, ListPosition position) {
    return Keys.activity(new ThreadKey(user, position.thread()), position.activityMillis());
  }

  private ThreadHead listedHead(
      Database.SnapshotView view, Database.LastEntries events, ThreadKey thread)
      throws RocksDBException {
    byte[] key = Keys.thread(thread);
    byte[] kept =
        view.get(ColumnFamily.HEADS, key)
            .orElseThrow(
                () -> new LogException("threads: one is listed without a head (expected: none)"));
    return withDelta(events, key, Values.head(kept, generation));
  }

  /** How much is stored of the user's threads. */
  CountedUsage usage(UserId user) {
    return store.readSnapshot(
        view -> {
          Optional<byte[]> value = view.get(ColumnFamily.USAGE, Keys.user(user));
          Usage counted = value.map(Values::usage).orElse(Usage.NONE);
          return new CountedUsage(withOpenRuns(view, user, counted), counted);
        });
  }

  /** Adds what the user's open runs have stored since the heads of their threads were written. */
  private Usage withOpenRuns(Database.SnapshotView view, UserId user, Usage counted)
      throws RocksDBException {
    byte[] prefix = Keys.user(user);
    List<ThreadKey> open = new ArrayList<>();
    view.scan(
        ColumnFamily.OPEN_RUNS,
        prefix,
        Keys.afterPrefix(prefix),
        (key, value) -> open.add(Keys.parseThread(key)));
    Usage total = counted;
    for (ThreadKey thread : open) {
      CountedHead head = countedHead(view, thread);
      total = total.with(head.counted(), head.head().retained());
    }
    return total;
  }

  List<UserId> users(String tenant, @Nullable UserId after, int limit) {
    byte[] prefix = Keys.tenant(tenant);
    byte[] from = after == null ? prefix : Keys.after(Keys.user(after));
    List<UserId> users = new ArrayList<>();
    store.scan(
        ColumnFamily.USERS,
        from,
        Keys.afterPrefix(prefix),
        (key, value) -> {
          users.add(Keys.parseUser(key));
          return Values.isPresent(value) && users.size() < limit;
        });
    return users;
  }

  /** The newest entry, expired or not. */
  Optional<LedgerEntry> ledgerEntry(UserId user, CommandId command) {
    byte[] key = Keys.command(user, command);
    return LedgerRotation.FAMILIES.stream()
        .flatMap(family -> store.get(family, key).stream())
        .map(value -> Values.ledgerEntry(value, generation))
        .max(Comparator.comparingLong(LedgerEntry::acceptedMillis));
  }

  Optional<RunRecord> run(UserId user, RunId run) {
    return store
        .get(ColumnFamily.RUNS, Keys.run(user, run))
        .map(value -> Values.run(user, run, value));
  }

  /** Both parts as of one moment. */
  Optional<SavedRun> saved(UserId user, RunId run) {
    return store.readSnapshot(
        view -> {
          Optional<RawJson> request = saved(view, user, run, RecordKind.RUN_REQUEST);
          RawJson checkpoint = saved(view, user, run, RecordKind.CHECKPOINT).orElse(null);
          return request.map(asked -> new SavedRun(asked, checkpoint));
        });
  }

  private static Optional<RawJson> saved(
      Database.SnapshotView view, UserId user, RunId run, RecordKind kind) throws RocksDBException {
    return view.get(ColumnFamily.SAVED_RUNS, Keys.savedRun(user, run, kind))
        .map(value -> Values.json(kind, value));
  }

  List<RunRecord> openRuns() {
    List<RunRecord> open = new ArrayList<>();
    store.scan(ColumnFamily.OPEN_RUNS, (key, value) -> addOpen(open, key, value));
    return open;
  }

  /** The threads with queued commands. */
  List<ThreadKey> threadsWithQueue() {
    List<ThreadKey> waiting = new ArrayList<>();
    store.scan(
        ColumnFamily.QUEUED_THREADS,
        (key, value) -> Values.isPresent(value) && waiting.add(Keys.parseThread(key)));
    return waiting;
  }

  List<RunRecord> openRuns(UserId user) {
    List<RunRecord> open = new ArrayList<>();
    byte[] prefix = Keys.user(user);
    store.scan(
        ColumnFamily.OPEN_RUNS,
        prefix,
        Keys.afterPrefix(prefix),
        (key, value) -> addOpen(open, key, value));
    return open;
  }

  /** A run that ended after the scan began is left out. */
  private boolean addOpen(List<RunRecord> open, byte[] key, byte[] value) {
    run(Keys.parseThread(key).user(), Values.runId(value))
        .filter(run -> run.state() == RunState.OPEN)
        .ifPresent(open::add);
    return true;
  }

  /** Events up to the head, as of one moment. A missing seq is damage. */
  EventPage page(ThreadKey thread, long after, int maxBytes, boolean withHidden) {
    return store.readSnapshot(view -> page(view, thread, after, maxBytes, withHidden));
  }

  private EventPage page(
      Database.SnapshotView view, ThreadKey thread, long after, int maxBytes, boolean withHidden)
      throws RocksDBException {
    ThreadHead head = countedHead(view, thread).head();
    if (after >= head.head()) {
      return new EventPage(head, List.of());
    }
    PageBuilder page = new PageBuilder(head, after, maxBytes, withHidden, deltas);
    view.scan(
        ColumnFamily.EVENTS,
        Keys.event(thread, page.first()),
        Keys.event(thread, head.head() + 1),
        (key, value) -> page.add(Keys.seq(key), value));
    return page.build();
  }
}
