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
 * The usage of each user: on the disk, and as the current batch will leave it. A batch that changes
 * the counted part of a user's usage writes it. On the committer's thread only.
 */
final class UsageTracker {

  /** A few MiB at most. */
  static final int CAPACITY = 10_000;

  private final Function<UserId, CountedUsage> disk;
  private final RocksStore store;
  private final Map<UserId, CountedUsage> cached = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<UserId, CountedUsage> changed = new HashMap<>();
  private final FreedBytes freed = new FreedBytes();

  /** Reads usages that are not cached with this function. */
  UsageTracker(RocksStore store, Function<UserId, CountedUsage> disk) {
    this.store = store;
    this.disk = disk;
  }

  Usage get(UserId user) {
    return counted(user).total();
  }

  private CountedUsage counted(UserId user) {
    CountedUsage next = changed.get(user);
    return next != null ? next : cached.computeIfAbsent(user, disk);
  }

  /** Records the new size of one of the user's threads. */
  void change(UserId user, RetainedSize before, RetainedSize after) {
    CountedUsage usage = counted(user);
    changed.put(user, new CountedUsage(usage.total().with(before, after), usage.counted()));
  }

  /** Records that the batch writes the head of one of the user's threads. */
  void count(UserId user, RetainedSize before, RetainedSize after) {
    CountedUsage usage = counted(user);
    changed.put(user, new CountedUsage(usage.total(), usage.counted().with(before, after)));
  }

  /** Records that all of the user's threads are deleted. */
  void erase(UserId user) {
    // Read first: only a known usage can be seen to change.
    if (!counted(user).equals(CountedUsage.NONE)) {
      changed.put(user, CountedUsage.NONE);
    }
  }

  /** Adds every usage with a changed counted part to the batch. */
  void addTo(WriteBatch batch) throws RocksDBException {
    for (Map.Entry<UserId, CountedUsage> each : changed.entrySet()) {
      Usage counted = each.getValue().counted();
      if (!counted.equals(stored(each.getKey()).counted())) {
        put(each.getKey(), counted, batch);
      }
    }
  }

  private CountedUsage stored(UserId user) {
    return cached.getOrDefault(user, CountedUsage.NONE);
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

  private void recordFreed(UserId user, CountedUsage now) {
    long less = stored(user).total().bytes() - now.total().bytes();
    if (less > 0) {
      freed.add(user, less);
    }
  }

  /** Clears the cache and the changes. */
  void reset() {
    cached.clear();
    changed.clear();
  }
}
