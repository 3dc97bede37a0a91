package dev.parley.gateway.log.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.gateway.log.LedgerEntry;
import dev.parley.gateway.log.Retention;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The life number in which a thread without a head begins. Deleted threads are not stored by name.
 * Instead, one number per user is higher than the lives of all deleted threads of that user, so no
 * epoch is used again. A number that has not changed for a day is removed, and the floor, one
 * number for the whole store, is raised to it. So the store holds numbers only for users with
 * recent deletions. On the committer's thread only.
 */
final class MinimumLives {

  /** The key of the minimum life of all users. */
  static final byte[] FLOOR = "life floor".getBytes(US_ASCII);

  /** How many numbers one step reads. */
  private static final int STEP = 256;

  /** Greater than every digest, which has 32 bytes of any value. */
  private static final byte[] END_OF_DIGESTS = Keys.digestEnd();

  private static final long RETENTION_HOURS = LedgerEntry.RETENTION.toHours();

  private final RocksStore store;
  private final StoreReader reader;

  /** The numbers that the current batch changes. */
  private final Map<UserId, Long> raised = new HashMap<>();

  private byte[] next = Keys.FIRST;
  private long sweptHour = Long.MIN_VALUE;

  MinimumLives(RocksStore store, StoreReader reader) {
    this.store = store;
    this.reader = reader;
  }

  /** The life in which new threads of the user begin. */
  long first(UserId user) {
    Long inBatch = raised.get(user);
    return inBatch != null ? inBatch : reader.firstLife(user);
  }

  /**
   * Raises the life in which new threads of the user begin to at least this one. Returns the
   * resulting life.
   */
  long raise(UserId user, long life, long nowMillis, WriteBatch batch) throws RocksDBException {
    long before = first(user);
    if (life <= before) {
      return before;
    }
    put(user, life, nowMillis, batch);
    return life;
  }

  /** As {@link #raise}, to a life that is known to be higher. Reads nothing. */
  void put(UserId user, long life, long nowMillis, WriteBatch batch) throws RocksDBException {
    byte[] value = Values.encode(new MinimumLife(life, Retention.hour(nowMillis)));
    batch.put(store.handle(ColumnFamily.LIVES), Keys.digest(user), value);
    raised.put(user, life);
  }

  /** The batch was written or discarded. */
  void batchEnded() {
    raised.clear();
  }

  boolean isDue(long nowMillis) {
    return Retention.hour(nowMillis) != sweptHour;
  }

  /** Reads some of the numbers and removes those that have not changed for a day. */
  void sweep(long nowMillis) throws RocksDBException {
    long oldHour = Retention.hour(nowMillis) - RETENTION_HOURS;
    List<byte[]> old = new ArrayList<>();
    int[] visited = {0};
    long[] highest = {0};
    store.scan(
        ColumnFamily.LIVES,
        next,
        END_OF_DIGESTS,
        (key, value) -> {
          MinimumLife entry = Values.life(value);
          if (entry.hour() < oldHour) {
            old.add(key);
            highest[0] = Math.max(highest[0], entry.life());
          }
          next = Keys.after(key);
          return ++visited[0] < STEP;
        });
    if (visited[0] < STEP) {
      next = Keys.FIRST;
      sweptHour = Retention.hour(nowMillis);
    }
    remove(old, highest[0]);
  }

  private void remove(List<byte[]> old, long highest) throws RocksDBException {
    long floor =
        store
            .get(ColumnFamily.STORE, FLOOR)
            .map(value -> Values.number(RecordKind.LIFE_FLOOR, value))
            .orElse(0L);
    try (WriteBatch batch = new WriteBatch()) {
      for (byte[] key : old) {
        batch.delete(store.handle(ColumnFamily.LIVES), key);
      }
      if (highest > floor) {
        batch.put(
            store.handle(ColumnFamily.STORE), FLOOR, Values.encode(RecordKind.LIFE_FLOOR, highest));
      }
      if (batch.count() > 0) {
        store.writeUnsynced(batch);
      }
    }
  }
}
