package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.Retention;
import dev.parley.gateway.log.Segment;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Drops what exceeds the retention. An index finds the threads of each hour that is too old, so
 * threads without new events expire too. On the committer's thread only.
 */
final class RetentionSweeper {

  /** The maximum of segments or threads per write. */
  private static final int STEP = 256;

  private final RocksStore store;
  private final HeadStore heads;
  private final Retention retention;
  private final Deque<byte[]> expired = new ArrayDeque<>();
  private byte[] next = Keys.FIRST;
  private long sweptHour = Long.MIN_VALUE;
  private int segmentsRead;

  /** The hours of the segments that the last trim has read and kept. */
  private Set<Long> keptHours = Set.of();

  /** What is left to drop of a thread. */
  enum TrimResult {
    DONE,
    /** More than one write should change. */
    MORE
  }

  RetentionSweeper(RocksStore store, HeadStore heads, Retention retention) {
    this.store = store;
    this.heads = heads;
    this.retention = retention;
  }

  /** The key in the expiry index of a segment of this thread. */
  static byte[] expiry(Segment segment, byte[] thread) {
    return Keys.expiry(hour(segment), thread);
  }

  boolean isDue(long nowMillis) {
    return Retention.hour(nowMillis) != sweptHour || !expired.isEmpty();
  }

  /**
   * Trims some of the threads whose hours are too old. When none is left, it is not due until the
   * next hour.
   */
  void sweep(long nowMillis) throws RocksDBException {
    if (expired.isEmpty()) {
      find(nowMillis);
    }
    for (int left = STEP; left > 0 && !expired.isEmpty(); left--) {
      left -= trimExpired(expired.remove(), nowMillis);
    }
  }

  private void find(long nowMillis) {
    long old = Retention.hour(retention.oldestMillis(nowMillis));
    store.scan(
        ColumnFamily.EXPIRY,
        next,
        Keys.expiry(old, Keys.FIRST),
        (key, value) -> Values.isPresent(value) && expired.add(key) && expired.size() < STEP);
    if (expired.size() < STEP) {
      next = Keys.FIRST;
      sweptHour = Retention.hour(nowMillis);
    } else {
      next = Keys.after(expired.getLast());
    }
  }

  /**
   * Returns how many segments were read. A trim that failed is repeated in the next hour, and so is
   * one that had to keep a segment, for a queued message: its entry stays where an erasure looks
   * for it.
   */
  private int trimExpired(byte[] key, long nowMillis) throws RocksDBException {
    byte[] thread = Keys.threadOfExpiry(key);
    TrimResult rest = trim(Keys.parseThread(thread), nowMillis);
    if (rest == TrimResult.MORE) {
      expired.addFirst(key);
      return STEP;
    }
    if (keptHours.stream().noneMatch(hour -> Arrays.equals(Keys.expiry(hour, thread), key))) {
      try (WriteBatch batch = new WriteBatch()) {
        batch.delete(store.handle(ColumnFamily.EXPIRY), key);
        store.writeUnsynced(batch);
      }
    }
    return segmentsRead;
  }

  /** Drops some of the thread's segments. */
  TrimResult trim(ThreadKey thread, long nowMillis) throws RocksDBException {
    byte[] prefix = Keys.thread(thread);
    List<Segment> oldest = new ArrayList<>();
    store.scan(
        ColumnFamily.SEGMENTS,
        prefix,
        Keys.afterPrefix(prefix),
        (key, value) -> oldest.add(Values.segment(Keys.seq(key), value)) && oldest.size() < STEP);
    ThreadHead before = heads.head(thread);
    boolean isWhole = oldest.size() < STEP;
    if (isWhole) {
      before.tail().ifPresent(oldest::add);
    }
    // Of a part, the last one stays: the next one, which is not read, may be of the same hour.
    int most = isWhole ? oldest.size() : STEP - 1;
    ThreadHead after = before;
    int dropped = 0;
    segmentsRead = oldest.size();
    while (dropped < most && retention.drops(oldest.get(dropped), after, nowMillis)) {
      after = after.without(oldest.get(dropped++));
    }
    keptHours =
        oldest.stream().skip(dropped).map(RetentionSweeper::hour).collect(Collectors.toSet());
    if (dropped > 0 || isExpired(thread, after, nowMillis)) {
      drop(thread, before, after, oldest.subList(0, dropped), nowMillis);
    }
    return dropped == most && !isWhole ? TrimResult.MORE : TrimResult.DONE;
  }

  private static long hour(Segment segment) {
    return Retention.hour(segment.millis());
  }

  /**
   * A thread whose events have all expired is removed, and its name is free again. The seqs of an
   * inbox go on: its marks outlive its events.
   */
  private boolean isExpired(ThreadKey thread, ThreadHead head, long nowMillis) {
    return head.head() > 0
        && !thread.thread().isInbox()
        && head.isEmpty()
        && head.lastMillis() <= retention.oldestMillis(nowMillis);
  }

  private void drop(
      ThreadKey thread, ThreadHead before, ThreadHead after, List<Segment> segments, long nowMillis)
      throws RocksDBException {
    byte[] key = Keys.thread(thread);
    ThreadHead written = after;
    try (WriteBatch batch = new WriteBatch()) {
      Eraser.removeEvents(store, key, before.oldest(), after.oldest(), batch);
      for (Segment segment : segments) {
        drop(thread, segment, batch);
        // The entry of the newest hour stays: another event of that hour adds none.
        if (!keptHours.contains(hour(segment))
            && hour(segment) != Retention.hour(before.lastMillis())) {
          batch.delete(store.handle(ColumnFamily.EXPIRY), expiry(segment, key));
        }
      }
      if (isExpired(thread, after, nowMillis)) {
        written = heads.remove(thread, after, nowMillis, batch);
      } else {
        heads.put(thread, after, batch);
      }
      store.writeUnsynced(batch);
    }
    heads.written(thread, written);
  }

  private void drop(ThreadKey thread, Segment segment, WriteBatch batch) throws RocksDBException {
    byte[] key = Keys.event(thread, segment.last());
    batch.delete(store.handle(ColumnFamily.SEGMENTS), key);
    batch.delete(store.handle(ColumnFamily.COMPACTIONS), key);
    if (segment.run() != null) {
      batch.delete(store.handle(ColumnFamily.RUNS), Keys.run(thread.user(), segment.run()));
    }
  }
}
