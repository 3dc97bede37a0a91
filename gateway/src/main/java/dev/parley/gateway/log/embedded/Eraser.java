package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.Segment;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Removes what is on the disk. On the committer's thread only. */
final class Eraser {

  private static final List<ColumnFamily> OF_A_USER =
      List.of(
          ColumnFamily.EVENTS,
          ColumnFamily.HEADS,
          ColumnFamily.RUNS,
          ColumnFamily.QUEUED_THREADS,
          ColumnFamily.COMPACTIONS,
          ColumnFamily.SEGMENTS,
          ColumnFamily.USERS);

  /** So many events are deleted one by one: each deleted range makes all reads slower. */
  private static final int FEW = 128;

  private final RocksStore store;
  private final StoreReader reader;

  Eraser(RocksStore store, StoreReader reader) {
    this.store = store;
    this.reader = reader;
  }

  /**
   * Everything of an idle thread but its head. Only what belongs to the thread is read: the index
   * entries and the runs are found by its segments.
   *
   * @param head as it stands at this point of the batch
   * @param segments all, of the disk and of the batch
   */
  void delete(ThreadKey thread, ThreadHead head, List<Segment> segments, WriteBatch batch)
      throws RocksDBException {
    byte[] prefix = Keys.thread(thread);
    removeEvents(store, prefix, head.oldest(), head.head() + 1, batch);
    for (Segment segment : segments) {
      removeSegment(thread, prefix, segment, batch);
    }
    if (head.tail().isPresent()) {
      batch.delete(store.handle(ColumnFamily.EXPIRY), RetentionSweeper.expiry(head.tail().get(), prefix));
    }
  }

  /** Removes the events of the thread with this key from one seq on and before another. */
  static void removeEvents(
      RocksStore store, byte[] thread, long from, long before, WriteBatch batch)
      throws RocksDBException {
    if (before - from > FEW) {
      batch.deleteRange(
          store.handle(ColumnFamily.EVENTS), Keys.event(thread, from), Keys.event(thread, before));
      return;
    }
    for (long seq = from; seq < before; seq++) {
      batch.delete(store.handle(ColumnFamily.EVENTS), Keys.event(thread, seq));
    }
  }

  /** The thread's segments that are on the disk. */
  List<Segment> segments(ThreadKey thread) {
    byte[] prefix = Keys.thread(thread);
    List<Segment> segments = new ArrayList<>();
    store.scan(
        ColumnFamily.SEGMENTS,
        prefix,
        Keys.afterPrefix(prefix),
        (key, value) -> segments.add(Values.segment(Keys.seq(key), value)));
    return segments;
  }

  private void removeSegment(ThreadKey thread, byte[] prefix, Segment segment, WriteBatch batch)
      throws RocksDBException {
    byte[] key = Keys.event(prefix, segment.last());
    batch.delete(store.handle(ColumnFamily.SEGMENTS), key);
    batch.delete(store.handle(ColumnFamily.COMPACTIONS), key);
    batch.delete(store.handle(ColumnFamily.EXPIRY), RetentionSweeper.expiry(segment, prefix));
    if (segment.run() != null) {
      batch.delete(store.handle(ColumnFamily.RUNS), Keys.run(thread.user(), segment.run()));
    }
  }

  /**
   * Everything of a user without open runs; what is left is a digest that keeps old epochs from
   * coming back.
   */
  void erase(UserId user, WriteBatch batch) throws RocksDBException {
    byte[] prefix = Keys.user(user);
    List<ThreadKey> threads =
        reader.threads(user, null, Integer.MAX_VALUE).stream()
            .map(entry -> new ThreadKey(user, entry.thread()))
            .toList();
    removeExpiries(prefix, threads, batch);
    for (ColumnFamily family : OF_A_USER) {
      removeAll(family, prefix, batch);
    }
    for (ColumnFamily family : LedgerRotation.FAMILIES) {
      removeAll(family, prefix, batch);
    }
  }

  /** The number of a life that none of the user's threads was ever in. */
  long nextLife(UserId user) {
    long[] last = {reader.firstLife(user)};
    byte[] prefix = Keys.user(user);
    store.scan(
        ColumnFamily.HEADS,
        prefix,
        Keys.afterPrefix(prefix),
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
        ColumnFamily.SEGMENTS,
        prefix,
        Keys.afterPrefix(prefix),
        (key, value) -> {
          Segment segment = Values.segment(Keys.seq(key), value);
          byte[] thread = Arrays.copyOf(key, key.length - Long.BYTES);
          found.add(RetentionSweeper.expiry(segment, thread));
          return true;
        });
    for (ThreadKey thread : threads) {
      byte[] name = Keys.thread(thread);
      reader.head(thread).tail().ifPresent(tail -> found.add(RetentionSweeper.expiry(tail, name)));
    }
    for (byte[] key : found) {
      batch.delete(store.handle(ColumnFamily.EXPIRY), key);
    }
  }

  private void removeAll(ColumnFamily family, byte[] prefix, WriteBatch batch) throws RocksDBException {
    batch.deleteRange(store.handle(family), prefix, Keys.afterPrefix(prefix));
  }
}
