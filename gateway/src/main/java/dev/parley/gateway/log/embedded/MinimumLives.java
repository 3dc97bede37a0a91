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
 * The number of the life in which a thread begins that has no head. No thread that was forgotten is
 * remembered by name. Instead one number for each user is greater than every life of a forgotten
 * thread of that user, so that no epoch ever comes back. A number that did not change for a day is
 * removed, and the floor, one number for the whole store, is raised to it: the store remembers only
 * users of whom something was forgotten lately. On the committer's thread only.
 */
final class MinimumLives {

  /** The least life in which any thread begins. */
  static final byte[] FLOOR = "life floor".getBytes(US_ASCII);

  /** How many numbers are looked at in one step. */
  private static final int STEP = 256;

  /** A digest has 32 bytes, of any value. */
  private static final byte[] BEHIND_ALL = Keys.digestEnd();

  private static final long KEPT_HOURS = LedgerEntry.RETENTION.toHours();

  private final RocksStore store;
  private final StoreReader reader;

  /** The numbers that the batch in the making changes. */
  private final Map<UserId, Long> raised = new HashMap<>();

  private byte[] next = Keys.FIRST;
  private long sweptHour = Long.MIN_VALUE;

  /** A user's number, and the hour (counted from the epoch) of its last change. */
  record MinimumLife(long life, long hour) {}

  MinimumLives(RocksStore store, StoreReader reader) {
    this.store = store;
    this.reader = reader;
  }

  /** The life that the user's unborn threads begin in. */
  long first(UserId user) {
    Long pending = raised.get(user);
    return pending != null ? pending : reader.firstLife(user);
  }

  /** Lets the user's unborn threads begin in this life at least, and answers in which they do. */
  long raise(UserId user, long life, long nowMillis, WriteBatch batch) throws RocksDBException {
    long before = first(user);
    if (life <= before) {
      return before;
    }
    byte[] value = Values.encode(new MinimumLife(life, Retention.hour(nowMillis)));
    batch.put(store.handle(ColumnFamily.LIVES), Keys.digest(user), value);
    raised.put(user, life);
    return life;
  }

  /** The batch is on the disk, or will never be. */
  void settled() {
    raised.clear();
  }

  boolean isDue(long nowMillis) {
    return Retention.hour(nowMillis) != sweptHour;
  }

  /** Looks at some of the numbers, and removes those that did not change for a day. */
  void sweep(long nowMillis) throws RocksDBException {
    long oldHour = Retention.hour(nowMillis) - KEPT_HOURS;
    List<byte[]> old = new ArrayList<>();
    int[] looked = {0};
    long[] highest = {0};
    store.scan(
        ColumnFamily.LIVES,
        next,
        BEHIND_ALL,
        (key, value) -> {
          MinimumLife entry = Values.life(value);
          if (entry.hour() < oldHour) {
            old.add(key);
            highest[0] = Math.max(highest[0], entry.life());
          }
          next = Keys.after(key);
          return ++looked[0] < STEP;
        });
    if (looked[0] < STEP) {
      next = Keys.FIRST;
      sweptHour = Retention.hour(nowMillis);
    }
    remove(old, highest[0]);
  }

  private void remove(List<byte[]> old, long highest) throws RocksDBException {
    long floor = store.get(ColumnFamily.STORE, FLOOR).map(Values::number).orElse(0L);
    try (WriteBatch batch = new WriteBatch()) {
      for (byte[] key : old) {
        batch.delete(store.handle(ColumnFamily.LIVES), key);
      }
      if (highest > floor) {
        batch.put(store.handle(ColumnFamily.STORE), FLOOR, Values.encode(highest));
      }
      if (batch.count() > 0) {
        store.writeUnsynced(batch);
      }
    }
  }
}
