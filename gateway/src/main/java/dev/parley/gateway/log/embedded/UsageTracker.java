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
 * How much is kept of each user: on the disk, and as the batch that is being made will leave it.
 * The count of a user is written in the batch that changes it. On the committer's thread only.
 */
final class UsageTracker {

  /** A few MiB at most. */
  static final int CAPACITY = 10_000;

  private final Function<UserId, Usage> disk;
  private final RocksStore store;
  private final Map<UserId, Usage> kept = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<UserId, Usage> changed = new HashMap<>();
  private final FreedBytes freed = new FreedBytes();

  /** Counts that are read with the function where they are not known. */
  UsageTracker(RocksStore store, Function<UserId, Usage> disk) {
    this.store = store;
    this.disk = disk;
  }

  Usage get(UserId user) {
    Usage next = changed.get(user);
    return next != null ? next : kept.computeIfAbsent(user, disk);
  }

  /** Takes in what becomes of one thread of the user. */
  void change(UserId user, RetainedSize before, RetainedSize after) {
    if (!before.equals(after)) {
      changed.put(user, get(user).with(before, after));
    }
  }

  /** Takes in that all of the user's threads are forgotten. */
  void erase(UserId user) {
    if (!get(user).equals(Usage.NONE)) {
      changed.put(user, Usage.NONE);
    }
  }

  /** Adds every count that has changed. */
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
    changed.forEach(this::note);
    kept.putAll(changed);
    changed.clear();
    var eldest = kept.keySet().iterator();
    for (int over = kept.size() - CAPACITY; over > 0; over--) {
      eldest.next();
      eldest.remove();
    }
  }

  private void note(UserId user, Usage now) {
    long less = kept.getOrDefault(user, Usage.NONE).bytes() - now.bytes();
    if (less > 0) {
      freed.add(user, less);
    }
  }

  /** The batch will not be written as it is. */
  void clear() {
    changed.clear();
  }

  /** Nothing is known beyond the disk any more. */
  void forget() {
    kept.clear();
    changed.clear();
  }
}
