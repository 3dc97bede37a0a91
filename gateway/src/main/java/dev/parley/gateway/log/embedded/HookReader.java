package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.DamagedRecordException;
import dev.parley.gateway.log.HookCounts;
import dev.parley.gateway.log.RunHook;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
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
   * Web hooks on the disk.
   *
   * @param damagedKeys the keys in {@link ColumnFamily#RUN_HOOKS} that do not tell of what they are
   */
  record StoredHooks(List<StoredHook> hooks, List<byte[]> damagedKeys) {}

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

  /**
   * Counts all that wait.
   *
   * @return the keys in {@link ColumnFamily#RUN_HOOKS} that are damaged: nobody can find these
   */
  List<byte[]> count(HookCounts counts) {
    Map<UserId, Integer> byUser = new HashMap<>();
    List<byte[]> damagedKeys = new ArrayList<>();
    store.scan(
        ColumnFamily.RUN_HOOKS,
        (key, value) -> {
          thread(key)
              .ifPresentOrElse(
                  thread -> byUser.merge(thread.user(), 1, Integer::sum),
                  () -> damagedKeys.add(key));
          return true;
        });
    counts.replace(byUser);
    return damagedKeys;
  }

  /** The thread of the web hook with this key; empty when the key is damaged, which is told. */
  Optional<ThreadKey> thread(byte[] key) {
    try {
      return Optional.of(Keys.threadOfEvent(key));
    } catch (DamagedRecordException damage) {
      damaged.leftOut("the web hook with the key " + HexFormat.of().formatHex(key), damage);
      return Optional.empty();
    }
  }

  /** The keys that {@link ColumnFamily#DUE_HOOKS} should have and does not. Reads all that wait. */
  List<byte[]> missingDueKeys() {
    StoredHooks all = between(Keys.FIRST, Keys.LAST);
    return all.hooks().stream()
        .flatMap(each -> each.hook().stream())
        .map(HookReader::dueKey)
        .filter(key -> store.get(ColumnFamily.DUE_HOOKS, key).isEmpty())
        .toList();
  }

  /** The key of the hook in {@link ColumnFamily#DUE_HOOKS}. */
  static byte[] dueKey(RunHook hook) {
    return Keys.due(hook.dueMillis(), Keys.event(hook.thread(), hook.seq()));
  }

  /** Empty, too, when its record is damaged. */
  Optional<RunHook> find(ThreadKey thread, long seq) {
    return stored(thread, seq).flatMap(StoredHook::hook);
  }

  Optional<StoredHook> stored(ThreadKey thread, long seq) {
    byte[] key = Keys.event(thread, seq);
    return store.get(ColumnFamily.RUN_HOOKS, key).map(value -> stored(thread, key, value));
  }

  /** Those of ends of the thread up to this seq, by seq. */
  StoredHooks upTo(ThreadKey thread, long seq) {
    return between(Keys.thread(thread), Keys.after(Keys.event(thread, seq)));
  }

  StoredHooks of(UserId user) {
    byte[] prefix = Keys.user(user);
    return between(prefix, Keys.afterPrefix(prefix));
  }

  private StoredHooks between(byte[] from, byte[] before) {
    StoredHooks found = new StoredHooks(new ArrayList<>(), new ArrayList<>());
    store.scan(
        ColumnFamily.RUN_HOOKS,
        from,
        before,
        (key, value) -> {
          thread(key)
              .ifPresentOrElse(
                  thread -> found.hooks().add(stored(thread, key, value)),
                  () -> found.damagedKeys().add(key));
          return true;
        });
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

  /** As {@link dev.parley.gateway.log.RunHooks#due}. */
  DueHooks due(@Nullable RunHook after, long millis, int limit) {
    return store.readSnapshot(
        view -> {
          DueHooks due = new DueHooks(new ArrayList<>(), new ArrayList<>());
          byte[] from = after == null ? Keys.FIRST : Keys.after(dueKey(after));
          List<byte[]> keys;
          do {
            keys = dueKeys(view, from, millis, limit - due.hooks().size());
            for (byte[] key : keys) {
              hook(view, Keys.hookOfDue(key))
                  .ifPresentOrElse(due.hooks()::add, () -> due.dead().add(key));
              from = Keys.after(key);
            }
          } while (!keys.isEmpty() && due.hooks().size() < limit);
          return due;
        });
  }

  private Optional<RunHook> hook(Database.SnapshotView view, byte[] key) throws RocksDBException {
    Optional<ThreadKey> thread = thread(key);
    return thread.isEmpty()
        ? Optional.empty()
        : view.get(ColumnFamily.RUN_HOOKS, key)
            .flatMap(value -> stored(thread.get(), key, value).hook());
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
  private StoredHook stored(ThreadKey thread, byte[] key, byte[] value) {
    try {
      return StoredHook.of(HookValues.hook(key, value));
    } catch (DamagedRecordException damage) {
      damaged.leftOut("web hook " + Keys.seq(key) + " of " + thread, damage);
      return new StoredHook(thread, Keys.seq(key), Optional.empty());
    }
  }
}
