package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.HookCounts;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.RunHook;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.log.embedded.HookReader.StoredHook;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The web hooks that wait as the current batch will leave them. On the committer's thread only, but
 * for {@link #counts}.
 */
final class HookBatch {

  private static final Logger LOG = LoggerFactory.getLogger(HookBatch.class);

  private final RocksStore store;
  private final HookReader disk;

  /** Those on the disk. */
  private final HookCounts counts = new HookCounts();

  /** By thread and seq. An empty value: removed. */
  private final Map<ThreadKey, NavigableMap<Long, Optional<RunHook>>> changes = new HashMap<>();

  /** The keys of removed hooks in the index by time. */
  private final List<byte[]> removed = new ArrayList<>();

  /** Keys that the index by time has lost. */
  private final List<byte[]> regained = new ArrayList<>();

  /** The keys of hooks that are damaged themselves. */
  private final List<byte[]> damagedKeys = new ArrayList<>();

  /** What the batch adds to the counts. */
  private final Map<UserId, Integer> more = new HashMap<>();

  private final Map<String, Integer> moreOfTenant = new HashMap<>();
  private int moreInAll;

  HookBatch(RocksStore store, HookReader disk) {
    this.store = store;
    this.disk = disk;
    damagedKeys.addAll(disk.count(counts));
  }

  /** How many wait on the disk; readable from any thread. */
  HookCounts counts() {
    return counts;
  }

  private HookCounts known() {
    if (!counts.areKnown()) {
      damagedKeys.addAll(disk.count(counts));
    }
    return counts;
  }

  boolean hasRoom(UserId user) {
    return known()
        .hasRoom(
            user,
            more.getOrDefault(user, 0),
            moreOfTenant.getOrDefault(user.tenant(), 0),
            moreInAll);
  }

  void add(RunHook hook) {
    changesOf(hook.thread()).put(hook.seq(), Optional.of(hook));
    count(hook.thread().user(), 1);
  }

  /** Removes the hooks of ends of the thread up to this seq, and tells how many these were. */
  int removeUpTo(ThreadKey thread, long seq) {
    Map<Long, StoredHook> found = new TreeMap<>();
    if (known().of(thread.user()) > 0) {
      HookReader.StoredHooks stored = disk.upTo(thread, seq);
      stored.hooks().forEach(each -> found.put(each.seq(), each));
      damagedKeys.addAll(stored.damagedKeys());
    }
    changes
        .getOrDefault(thread, new TreeMap<>())
        .headMap(seq, true)
        .forEach(
            (at, change) ->
                change.ifPresentOrElse(
                    hook -> found.put(at, StoredHook.of(hook)), () -> found.remove(at)));
    drop(found.values());
    return found.size();
  }

  /** Removes the hook; false if it did not wait any more. */
  boolean remove(RunHook hook) {
    Optional<RunHook> change = changesOf(hook.thread()).get(hook.seq());
    Optional<RunHook> found = change != null ? change : disk.find(hook.thread(), hook.seq());
    if (found.filter(hook::equals).isEmpty()) {
      return false;
    }
    drop(List.of(StoredHook.of(hook)));
    return true;
  }

  /**
   * Removes what these keys of the index by time name, where it still cannot be read, and tells how
   * many damaged records these were. A key that is damaged itself is replaced by the one that it
   * was.
   */
  int removeDead(List<byte[]> dueKeys) {
    List<byte[]> dead = new ArrayList<>();
    Set<StoredHook> damaged = new LinkedHashSet<>();
    boolean isIndexDamaged = false;
    for (byte[] dueKey : dueKeys) {
      byte[] key = Keys.hookOfDue(dueKey);
      Optional<ThreadKey> thread = disk.thread(key);
      isIndexDamaged |= thread.isEmpty();
      if (thread.isEmpty() || isDead(thread.get(), Keys.seq(key), damaged)) {
        dead.add(dueKey);
      }
    }
    // Read before removing: a read may fail, and the batch is written nevertheless.
    regained.addAll(isIndexDamaged ? disk.missingDueKeys() : List.of());
    removed.addAll(dead);
    damaged.forEach(this::remove);
    return damaged.size();
  }

  private boolean isDead(ThreadKey thread, long seq, Set<StoredHook> damaged) {
    Optional<StoredHook> stored = disk.stored(thread, seq);
    boolean isChanged = changes.getOrDefault(thread, new TreeMap<>()).containsKey(seq);
    if (isChanged || stored.flatMap(StoredHook::hook).isPresent()) {
      return false;
    }
    stored.ifPresent(damaged::add);
    return true;
  }

  /** Removes all of the user, in a batch that has nothing else. */
  void erase(UserId user) {
    HookReader.StoredHooks stored = disk.of(user);
    drop(stored.hooks());
    damagedKeys.addAll(stored.damagedKeys());
  }

  /** A damaged record does not tell where it is in the index by time. */
  private void drop(Collection<StoredHook> hooks) {
    List<StoredHook> damaged = hooks.stream().filter(each -> each.hook().isEmpty()).toList();
    removed.addAll(disk.dueKeys(damaged));
    for (StoredHook each : hooks) {
      each.hook().ifPresent(hook -> removed.add(HookReader.dueKey(hook)));
      remove(each);
    }
  }

  private void remove(StoredHook hook) {
    changesOf(hook.thread()).put(hook.seq(), Optional.empty());
    count(hook.thread().user(), -1);
  }

  private NavigableMap<Long, Optional<RunHook>> changesOf(ThreadKey thread) {
    return changes.computeIfAbsent(thread, first -> new TreeMap<>());
  }

  private void count(UserId user, int added) {
    more.merge(user, added, Integer::sum);
    moreOfTenant.merge(user.tenant(), added, Integer::sum);
    moreInAll += added;
  }

  boolean isEmpty() {
    return removed.isEmpty() && damagedKeys.isEmpty() && more.isEmpty();
  }

  void addTo(WriteBatch batch) throws RocksDBException {
    for (byte[] key : regained) {
      batch.put(store.handle(ColumnFamily.DUE_HOOKS), key, Values.present());
    }
    // Last: what the batch removes has lost nothing.
    for (byte[] key : removed) {
      batch.delete(store.handle(ColumnFamily.DUE_HOOKS), key);
    }
    for (byte[] key : damagedKeys) {
      batch.delete(store.handle(ColumnFamily.RUN_HOOKS), key);
    }
    for (Map.Entry<ThreadKey, NavigableMap<Long, Optional<RunHook>>> of : changes.entrySet()) {
      for (Map.Entry<Long, Optional<RunHook>> each : of.getValue().entrySet()) {
        byte[] key = Keys.event(of.getKey(), each.getKey());
        if (each.getValue().isEmpty()) {
          batch.delete(store.handle(ColumnFamily.RUN_HOOKS), key);
        } else {
          RunHook hook = each.getValue().get();
          batch.put(store.handle(ColumnFamily.RUN_HOOKS), key, HookValues.encode(hook));
          batch.put(
              store.handle(ColumnFamily.DUE_HOOKS), HookReader.dueKey(hook), Values.present());
        }
      }
    }
  }

  /** The batch is on the disk. Nothing is read here: counts that are not known stay so. */
  void written() {
    if (counts.areKnown()) {
      more.forEach(counts::add);
    }
  }

  /**
   * Whether the batch is on the disk is not known here, so the hooks there are counted again; later
   * if that cannot be now.
   */
  void reset() {
    counts.forget();
    try {
      known();
    } catch (LogException notNow) {
      LOG.warn("store: the web hooks that wait could not be counted: {}", notNow.getMessage());
    }
  }

  /** Begins the next batch. */
  void clear() {
    changes.clear();
    removed.clear();
    regained.clear();
    damagedKeys.clear();
    more.clear();
    moreOfTenant.clear();
    moreInAll = 0;
  }
}
