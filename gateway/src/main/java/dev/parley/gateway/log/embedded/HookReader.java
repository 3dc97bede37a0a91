package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.DamagedRecordException;
import dev.parley.gateway.log.HookCounts;
import dev.parley.gateway.log.RunHook;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.rocksdb.RocksDBException;

/**
 * Reads the web hooks that wait on the disk. May be called from any thread while the store is open.
 * Blocks. Fails only with a {@link dev.parley.gateway.log.LogException}.
 */
final class HookReader {

  private final RocksStore store;
  private final DamagedRecords damaged;

  /**
   * A web hook on the disk.
   *
   * @param hook absent when its record is damaged
   */
  record StoredHook(ThreadKey thread, long seq, Optional<RunHook> hook) {

    static StoredHook of(RunHook hook) {
      return new StoredHook(hook.thread(), hook.seq(), Optional.of(hook));
    }

    byte[] key() {
      return Keys.event(thread, seq);
    }
  }

  /**
   * The web hooks that are due.
   *
   * @param dead the keys in {@link ColumnFamily#DUE_HOOKS} of those that cannot be read
   */
  record DueHooks(List<RunHook> hooks, List<byte[]> dead) {}

  HookReader(RocksStore store, DamagedRecords damaged) {
    this.store = store;
    this.damaged = damaged;
  }

  /** Counts all that wait. */
  void count(HookCounts counts) {
    counts.forget();
    store.scan(
        ColumnFamily.RUN_HOOKS,
        (key, value) -> {
          counts.add(Keys.parseUser(key), 1);
          return true;
        });
    counts.known();
  }

  /** Empty, too, when its record is damaged. */
  Optional<RunHook> find(ThreadKey thread, long seq) {
    return stored(thread, seq).flatMap(StoredHook::hook);
  }

  Optional<StoredHook> stored(ThreadKey thread, long seq) {
    byte[] key = Keys.event(thread, seq);
    return store.get(ColumnFamily.RUN_HOOKS, key).map(value -> stored(key, value));
  }

  /** Those of ends of the thread up to this seq, by seq. */
  List<StoredHook> upTo(ThreadKey thread, long seq) {
    return between(Keys.thread(thread), Keys.after(Keys.event(thread, seq)));
  }

  List<StoredHook> of(UserId user) {
    byte[] prefix = Keys.user(user);
    return between(prefix, Keys.afterPrefix(prefix));
  }

  private List<StoredHook> between(byte[] from, byte[] before) {
    List<StoredHook> found = new ArrayList<>();
    store.scan(ColumnFamily.RUN_HOOKS, from, before, (key, value) -> found.add(stored(key, value)));
    return found;
  }

  /** The keys of these in {@link ColumnFamily#DUE_HOOKS}. Reads all that wait. */
  List<byte[]> dueKeys(Collection<StoredHook> hooks) {
    TreeSet<byte[]> asked = new TreeSet<>(Arrays::compareUnsigned);
    hooks.forEach(each -> asked.add(each.key()));
    List<byte[]> found = new ArrayList<>();
    if (!asked.isEmpty()) {
      store.scan(
          ColumnFamily.DUE_HOOKS,
          (key, value) -> !asked.contains(Keys.hookOfDue(key)) || found.add(key));
    }
    return found;
  }

  /** Those that are due at this time, the first one first, at most {@code limit}. */
  DueHooks due(long millis, int limit) {
    return store.readSnapshot(
        view -> {
          DueHooks due = new DueHooks(new ArrayList<>(), new ArrayList<>());
          byte[] from = Keys.FIRST;
          List<byte[]> keys;
          do {
            keys = dueKeys(view, from, millis, limit - due.hooks().size());
            for (byte[] key : keys) {
              byte[] hook = Keys.hookOfDue(key);
              view.get(ColumnFamily.RUN_HOOKS, hook)
                  .flatMap(value -> stored(hook, value).hook())
                  .ifPresentOrElse(due.hooks()::add, () -> due.dead().add(key));
              from = Keys.after(key);
            }
          } while (!keys.isEmpty() && due.hooks().size() < limit);
          return due;
        });
  }

  private static List<byte[]> dueKeys(
      Database.SnapshotView view, byte[] from, long millis, int limit) throws RocksDBException {
    List<byte[]> keys = new ArrayList<>();
    view.scan(
        ColumnFamily.DUE_HOOKS,
        from,
        Keys.due(millis + 1, Keys.FIRST),
        (key, value) -> keys.add(key) && keys.size() < limit);
    return keys;
  }

  /** One damaged record must not keep the others from being read. */
  private StoredHook stored(byte[] key, byte[] value) {
    ThreadKey thread = Keys.parseThread(key);
    try {
      return StoredHook.of(HookValues.hook(key, value));
    } catch (DamagedRecordException damage) {
      damaged.leftOut("web hook " + Keys.seq(key) + " of " + thread, damage);
      return new StoredHook(thread, Keys.seq(key), Optional.empty());
    }
  }
}
