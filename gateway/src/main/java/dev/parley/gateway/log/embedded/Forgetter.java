package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.log.Segment;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.UserId;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Removes what is on the disk. On the committer's thread only. */
final class Forgetter {

  private static final List<Family> OF_A_USER =
      List.of(
          Family.EVENTS,
          Family.HEADS,
          Family.RUNS,
          Family.WAITING,
          Family.CHORES,
          Family.SEGMENTS,
          Family.USERS);

  private final RocksStore store;
  private final StoreReader reader;

  Forgetter(RocksStore store, StoreReader reader) {
    this.store = store;
    this.reader = reader;
  }

  /** Everything of an idle thread but its head. */
  void delete(ThreadKey thread, WriteBatch batch) throws RocksDBException {
    byte[] prefix = Keys.thread(thread);
    removeAll(Family.EVENTS, prefix, batch);
    removeAll(Family.CHORES, prefix, batch);
    removeExpiries(prefix, List.of(thread), batch);
    removeAll(Family.SEGMENTS, prefix, batch);
    for (RunRecord run : reader.runs(thread.user())) {
      if (run.thread().equals(thread)) {
        batch.delete(store.handle(Family.RUNS), Keys.run(thread.user(), run.run()));
      }
    }
  }

  /**
   * Everything of a user without open runs; what is left is a digest that keeps old epochs from
   * coming back.
   *
   * @param life the number of the life that the user's threads begin in from now on
   */
  void erase(UserId user, long life, WriteBatch batch) throws RocksDBException {
    byte[] prefix = Keys.user(user);
    List<ThreadKey> threads =
        reader.threads(user, null, Integer.MAX_VALUE).stream()
            .map(entry -> new ThreadKey(user, entry.thread()))
            .toList();
    removeExpiries(prefix, threads, batch);
    for (Family family : OF_A_USER) {
      removeAll(family, prefix, batch);
    }
    for (Family family : LedgerDays.FAMILIES) {
      removeAll(family, prefix, batch);
    }
    batch.put(store.handle(Family.LIVES), Keys.digest(user), Values.encode(life));
  }

  /** The number of a life that none of the user's threads was ever in. */
  long nextLife(UserId user) {
    long[] last = {reader.firstLife(user)};
    byte[] prefix = Keys.user(user);
    store.scan(
        Family.HEADS,
        prefix,
        Keys.behind(prefix),
        (key, value) -> {
          ThreadHead head = Values.head(value, reader.generation());
          last[0] = Math.max(last[0], reader.generation().life(head.epoch()));
          return true;
        });
    return last[0] + 1;
  }

  /** The index says where its entries are: each segment has one, and each tail. */
  private void removeExpiries(byte[] prefix, List<ThreadKey> threads, WriteBatch batch)
      throws RocksDBException {
    Set<byte[]> found = new TreeSet<>(Arrays::compareUnsigned);
    store.scan(
        Family.SEGMENTS,
        prefix,
        Keys.behind(prefix),
        (key, value) -> {
          Segment segment = Values.segment(Keys.seq(key), value);
          byte[] thread = Arrays.copyOf(key, key.length - Long.BYTES);
          found.add(Trimmer.expiry(segment, thread));
          return true;
        });
    for (ThreadKey thread : threads) {
      byte[] name = Keys.thread(thread);
      reader.head(thread).tail().ifPresent(tail -> found.add(Trimmer.expiry(tail, name)));
    }
    for (byte[] key : found) {
      batch.delete(store.handle(Family.EXPIRY), key);
    }
  }

  private void removeAll(Family family, byte[] prefix, WriteBatch batch) throws RocksDBException {
    batch.deleteRange(store.handle(family), prefix, Keys.behind(prefix));
  }
}
