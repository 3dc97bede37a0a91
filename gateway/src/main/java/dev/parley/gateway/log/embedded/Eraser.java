package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.DamagedRecordException;
import dev.parley.gateway.log.Retention;
import dev.parley.gateway.log.Segment;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Deletes a thread or a user from the disk. On the committer's thread only; {@link #erasure} may be
 * called from any.
 */
final class Eraser {

  private static final List<ColumnFamily> USER_FAMILIES =
      List.of(
          ColumnFamily.EVENTS,
          ColumnFamily.HEADS,
          ColumnFamily.RUNS,
          ColumnFamily.QUEUED_THREADS,
          ColumnFamily.COMPACTIONS,
          ColumnFamily.SEGMENTS,
          ColumnFamily.ACTIVITY,
          ColumnFamily.INBOXES,
          ColumnFamily.RECEIVED,
          ColumnFamily.USERS);

  /**
   * Up to this number, events are deleted one by one: each range tombstone makes all reads slower.
   */
  private static final int MAX_SINGLE_DELETES = 128;

  private final RocksStore store;
  private final StoreReader reader;
  private final InboxReader inboxes;

  Eraser(RocksStore store, StoreReader reader, InboxReader inboxes) {
    this.store = store;
    this.reader = reader;
    this.inboxes = inboxes;
  }

  /**
   * Deletes everything of an idle thread except its head. Reads only what belongs to the thread:
   * index entries and runs are found through its segments.
   *
   * @param head the thread's head at this point of the batch
   * @param segments all segments, those on the disk and those in the batch
   */
  void delete(ThreadKey thread, ThreadHead head, List<Segment> segments, WriteBatch batch)
      throws RocksDBException {
    byte[] prefix = Keys.thread(thread);
    removeEvents(store, prefix, head.oldest(), head.head() + 1, batch);
    for (Segment segment : segments) {
      removeSegment(thread, prefix, segment, batch);
    }
    batch.delete(store.handle(ColumnFamily.EXPIRY), newestExpiry(head, prefix));
  }

  /**
   * Deletes the events of the thread with this key, from seq {@code from} on and before {@code
   * before}.
   */
  static void removeEvents(
      RocksStore store, byte[] thread, long from, long before, WriteBatch batch)
      throws RocksDBException {
    if (before - from > MAX_SINGLE_DELETES) {
      batch.deleteRange(
          store.handle(ColumnFamily.EVENTS), Keys.event(thread, from), Keys.event(thread, before));
      return;
    }
    for (long seq = from; seq < before; seq++) {
      batch.delete(store.handle(ColumnFamily.EVENTS), Keys.event(thread, seq));
    }
  }

  /** The thread's segments on the disk. */
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
   * Deletes everything of a user without open runs. Only a digest of the user is kept, so that old
   * epochs are not used again.
   */
  void erase(Erasure erasure, WriteBatch batch) throws RocksDBException {
    byte[] prefix = Keys.user(erasure.user());
    for (byte[] key : erasure.expiries()) {
      batch.delete(store.handle(ColumnFamily.EXPIRY), key);
    }
    for (byte[] key : erasure.received()) {
      batch.delete(store.handle(ColumnFamily.RECEIVED_AT), key);
    }
    for (ColumnFamily family : USER_FAMILIES) {
      removeAll(family, prefix, batch);
    }
    for (ColumnFamily family : LedgerRotation.FAMILIES) {
      removeAll(family, prefix, batch);
    }
  }

  /**
   * What is read of a user before anything is deleted.
   *
   * @param lastLife the number of the last life that one of the threads has
   */
  record Erasure(UserId user, long lastLife, Set<byte[]> expiries, List<byte[]> received) {}

  /** Reads what {@link #erase} deletes by single keys: as much as the user has threads. */
  Erasure erasure(UserId user) {
    byte[] prefix = Keys.user(user);
    List<ThreadKey> threads = new ArrayList<>();
    threads.add(new ThreadKey(user, ThreadId.INBOX)); // it is not listed
    reader
        .threads(user, null, Integer.MAX_VALUE)
        .forEach(entry -> threads.add(new ThreadKey(user, entry.thread())));
    return new Erasure(user, lastLife(prefix), expiries(prefix, threads), received(prefix));
  }

  private long lastLife(byte[] prefix) {
    long[] last = {0};
    store.scan(
        ColumnFamily.HEADS,
        prefix,
        Keys.afterPrefix(prefix),
        (key, value) -> {
          ThreadHead head = Values.head(value, reader.generation());
          last[0] = Math.max(last[0], reader.generation().life(head.epoch()));
          return true;
        });
    return last[0];
  }

  /**
   * Each hour of a segment, and the newest one, has one entry in the expiry index; the entry's key
   * follows from it.
   */
  private Set<byte[]> expiries(byte[] prefix, List<ThreadKey> threads) {
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
      found.add(newestExpiry(reader.head(thread), name));
    }
    return found;
  }

  /** That of the tail, and that which stays when the tail was dropped. */
  private static byte[] newestExpiry(ThreadHead head, byte[] thread) {
    return Keys.expiry(Retention.hour(head.lastMillis()), thread);
  }

  /** The entries that begin with the position of a broadcast. */
  private List<byte[]> received(byte[] prefix) {
    List<byte[]> found = new ArrayList<>();
    store.scan(
        ColumnFamily.RECEIVED,
        prefix,
        Keys.afterPrefix(prefix),
        (key, value) -> {
          try {
            found.add(Keys.receivedAt(InboxValues.received(value).position(), key));
          } catch (DamagedRecordException damaged) {
            found.addAll(inboxes.positionsOf(key));
          }
          return true;
        });
    return found;
  }

  private void removeAll(ColumnFamily family, byte[] prefix, WriteBatch batch)
      throws RocksDBException {
    batch.deleteRange(store.handle(family), prefix, Keys.afterPrefix(prefix));
  }
}
