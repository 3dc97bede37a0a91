package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.RetainedSize;
import dev.parley.gateway.log.Usage;
import dev.parley.gateway.protocol.UserId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The usage of each user: on the disk, and as the current batch will leave it. A user's usage is
 * written in the batch that changes it. On the committer's thread only.
 */
final class UsageTracker {

  /** A few MiB at most. */
  static final int CAPACITY = 10_000;

  private final Function<UserId, Usage> disk;
  private final RocksStore store;
  private final Map<UserId, Usage> cached = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<UserId, Usage> changed = new HashMap<>();
  private final FreedBytes freed = new FreedBytes();

  /** Reads usages that are not cached with this function. */
  UsageTracker(RocksStore store, Function<UserId, Usage> disk) {
    this.store = store;
    this.disk = disk;
  }

  Usage get(UserId user) {
    Usage next = changed.get(user);
    return next != null ? next : cached.computeIfAbsent(user, disk);
  }

  /** Records the new size of one of the user's threads. */
  void change(UserId user, RetainedSize before, RetainedSize after) {
    if (!before.equals(after)) {
      changed.put(user, get(user).with(before, after));
    }
  }

  /** Records that all of the user's threads are deleted. */
  void erase(UserId user) {
    if (!get(user).equals(Usage.NONE)) {
      changed.put(user, Usage.NONE);
    }
  }

  /** Adds every changed usage to the batch. */
  void addTo(WriteBatch batch) throws RocksDBException {
    for (Map.Entry<UserId, Usage> each : changed.entrySet()) {
      put(each.getKey(), each.getValue(), batch);
    }
  }

  private void put(UserId user, Usage usage, WriteBatch batch) throws RocksDBException {
    if (usage.equals(Usage.NONE)) {
      batch.delete(store.handle(ColumnFamily.USAGE), Keys.user(user));
    } else {
      batch.put(store.handle(ColumnFamily.USAGE), Keys.user(user), Values.encode(usage));
    }
  }

  FreedBytes freed() {
    return freed;
  }

  /** The batch is on the disk. */
  void written() {
    changed.forEach(this::recordFreed);
    cached.putAll(changed);
    changed.clear();
    var eldest = cached.keySet().iterator();
    for (int over = cached.size() - CAPACITY; over > 0; over--) {
      eldest.next();
      eldest.remove();
    }
  }

  private void recordFreed(UserId user, Usage now) {
    long less = cached.getOrDefault(user, Usage.NONE).bytes() - now.bytes();
    if (less > 0) {
      freed.add(user, less);
    }
  }

  /** The batch was discarded. */
  void discard() {
    changed.clear();
  }

  /** Clears the cache and the changes. */
  void reset() {
    cached.clear();
    changed.clear();
  }
}
