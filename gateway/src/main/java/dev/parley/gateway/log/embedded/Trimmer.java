package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.Retention;
import dev.parley.gateway.log.Segment;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Drops what is beyond retention. Each hour's threads are found in an index when the hour is too
 * old, so that quiet threads expire too. On the committer's thread only.
 */
final class Trimmer {

  /** How many segments or threads one write may concern. */
  private static final int STEP = 256;

  private final RocksStore store;
  private final Heads heads;
  private final Retention retention;
  private long sweptHour = Long.MIN_VALUE;

  /** What is still too old or too much. */
  enum Rest {
    NOTHING,
    /** There may be more than one write should concern. */
    MORE,
    /** What is too old must stay for now: a message in it waits. */
    WAITING
  }

  /** The heads as they are on the disk. */
  interface Heads {
    ThreadHead head(ThreadKey thread);

    byte[] encode(ThreadHead head);

    /** The head was written. */
    void wrote(ThreadKey thread, ThreadHead head);
  }

  Trimmer(RocksStore store, Heads heads, Retention retention) {
    this.store = store;
    this.heads = heads;
    this.retention = retention;
  }

  /** The key under which the thread is found when the segment is too old. */
  static byte[] expiry(Segment segment, byte[] thread) {
    return Keys.expiry(Retention.hour(segment.millis()), thread);
  }

  boolean isDue(long nowMillis) {
    return Retention.hour(nowMillis) > sweptHour;
  }

  /** Trims threads of hours that are too old; not due any more when those were all. */
  void sweep(long nowMillis) throws RocksDBException {
    long hour = Retention.hour(nowMillis);
    long old = Retention.hour(retention.oldestMillis(nowMillis));
    // If this fails the next hour tries again.
    sweptHour = hour;
    List<byte[]> found = new ArrayList<>();
    store.scan(
        Family.EXPIRY,
        Keys.FIRST,
        Keys.expiry(old, Keys.FIRST),
        (key, value) -> found.add(key) && found.size() < STEP);
    for (byte[] key : found) {
      byte[] thread = Keys.expiring(key);
      Rest rest = trim(Keys.parseThread(thread), nowMillis);
      try (WriteBatch batch = new WriteBatch()) {
        batch.delete(store.handle(Family.EXPIRY), key);
        if (rest != Rest.NOTHING) {
          byte[] again = Keys.expiry(hour, thread);
          batch.put(store.handle(Family.EXPIRY), again, Values.present());
        }
        store.writeBehind(batch);
      }
    }
    if (found.size() == STEP) {
      sweptHour = hour - 1;
    }
  }

  /** Drops some of the thread's segments. */
  Rest trim(ThreadKey thread, long nowMillis) throws RocksDBException {
    byte[] prefix = Keys.thread(thread);
    List<Segment> oldest = new ArrayList<>();
    store.scan(
        Family.SEGMENTS,
        prefix,
        Keys.behind(prefix),
        (key, value) -> oldest.add(Values.segment(Keys.seq(key), value)) && oldest.size() < STEP);
    ThreadHead before = heads.head(thread);
    if (oldest.size() < STEP) {
      before.tail().ifPresent(oldest::add);
    }
    ThreadHead after = before;
    int dropped = 0;
    while (dropped < oldest.size() && retention.drops(oldest.get(dropped), after, nowMillis)) {
      after = after.without(oldest.get(dropped++));
    }
    if (dropped > 0) {
      drop(thread, before, after, oldest.subList(0, dropped));
    }
    if (dropped == oldest.size()) {
      return dropped >= STEP ? Rest.MORE : Rest.NOTHING;
    }
    boolean old = oldest.get(dropped).millis() <= retention.oldestMillis(nowMillis);
    return old ? Rest.WAITING : Rest.NOTHING;
  }

  private void drop(ThreadKey thread, ThreadHead before, ThreadHead after, List<Segment> segments)
      throws RocksDBException {
    try (WriteBatch batch = new WriteBatch()) {
      batch.deleteRange(
          store.handle(Family.EVENTS),
          Keys.event(thread, before.oldest()),
          Keys.event(thread, after.oldest()));
      for (Segment segment : segments) {
        drop(thread, segment, batch);
      }
      batch.put(store.handle(Family.HEADS), Keys.thread(thread), heads.encode(after));
      store.writeBehind(batch);
    }
    heads.wrote(thread, after);
  }

  private void drop(ThreadKey thread, Segment segment, WriteBatch batch) throws RocksDBException {
    byte[] key = Keys.event(thread, segment.last());
    batch.delete(store.handle(Family.SEGMENTS), key);
    batch.delete(store.handle(Family.CHORES), key);
    if (segment.run() != null) {
      batch.delete(store.handle(Family.RUNS), Keys.run(thread.user(), segment.run()));
    }
  }
}
