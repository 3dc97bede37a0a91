package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.Retention;
import dev.parley.gateway.log.Segment;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done behind commits: what is beyond retention is dropped, and the deltas of ended runs
 * are stored again as ranges, with the same content under the same numbers. That is recorded in the
 * write that ends the run, is done in small steps, each one write that need not be synced, and goes
 * on after a restart. On the committer's thread only.
 */
final class Maintenance {

  private static final Logger LOG = LoggerFactory.getLogger(Maintenance.class);

  /** How many values a step looks at: commits wait no longer than that takes. */
  private static final int STEP = 256;

  /** How much is known by heart; other runs are read from the disk when these are done. */
  private static final int KNOWN = 10_000;

  /** What has failed is not tried again at once: a damaged record would keep the committer busy. */
  private static final long REST_MILLIS = Duration.ofMinutes(1).toMillis();

  /** So many threads that are too large do not wait any more for runs to be joined. */
  private static final int MANY = 1_000;

  private final RocksStore store;
  private final StoreReader reader;
  private final HeadStore heads;
  private final RetentionSweeper sweeper;
  private final MinimumLives lives;
  private final EmptyHeadCleanup emptyHeads;
  private final LastKnownTime mark;
  private final Deque<byte[]> known = new ArrayDeque<>();
  private final Set<ThreadKey> large = new LinkedHashSet<>();
  private boolean moreOnDisk = true;
  private @Nullable Long failedMillis;

  Maintenance(
      RocksStore store,
      StoreReader reader,
      HeadStore heads,
      MinimumLives lives,
      Retention retention) {
    this.store = store;
    this.reader = reader;
    this.heads = heads;
    this.lives = lives;
    this.sweeper = new RetentionSweeper(store, heads, retention);
    this.mark = new LastKnownTime(store);
    this.emptyHeads = new EmptyHeadCleanup(store, reader, heads, retention);
  }

  /** A run has ended; its chore was recorded under this key. */
  void add(byte[] key) {
    if (moreOnDisk || known.size() >= KNOWN) {
      moreOnDisk = true;
    } else {
      known.add(key);
    }
  }

  /** More is kept of the thread than may be, unless joining deltas makes it less. */
  void trim(ThreadKey thread) {
    if (large.size() < KNOWN) {
      large.add(thread);
    }
  }

  /** Nothing is known by heart any more. */
  void forget() {
    known.clear();
    large.clear();
    moreOnDisk = true;
  }

  /** Whether there is nothing to do now. */
  boolean isDone(long nowMillis) {
    return rests(nowMillis)
        || (known.isEmpty()
            && !moreOnDisk
            && large.isEmpty()
            && emptyHeads.isDone()
            && !lives.isDue(nowMillis)
            && !sweeper.isDue(nowMillis));
  }

  private boolean rests(long nowMillis) {
    // The clock may have been set.
    return failedMillis != null && Math.abs(nowMillis - failedMillis) < REST_MILLIS;
  }

  /** Does a little, unless all is done. */
  void step(long nowMillis) {
    if (rests(nowMillis)) {
      return;
    }
    failedMillis = null;
    try {
      mark.mark(nowMillis);
      joinSome();
      trimSome(nowMillis);
      forgetSome(nowMillis);
    } catch (RocksDBException | RuntimeException e) {
      heads.discard();
      failedMillis = nowMillis;
      LOG.warn("Deltas stay as they are until the next start, or events longer than need be", e);
    }
  }

  private void joinSome() throws RocksDBException {
    if (known.isEmpty() && moreOnDisk) {
      recall();
    }
    byte[] key = known.poll();
    if (key != null && !joinDeltas(key)) {
      known.addFirst(key);
    }
  }

  private void trimSome(long nowMillis) throws RocksDBException {
    if (sweeper.isDue(nowMillis)) {
      sweeper.sweep(nowMillis);
    }
    if (!large.isEmpty() && (known.isEmpty() || large.size() > MANY)) {
      ThreadKey thread = large.iterator().next();
      large.remove(thread);
      if (sweeper.trim(thread, nowMillis) == RetentionSweeper.TrimResult.MORE) {
        large.add(thread);
      }
    }
  }

  private void forgetSome(long nowMillis) throws RocksDBException {
    if (lives.isDue(nowMillis)) {
      lives.sweep(nowMillis);
    }
    if (!emptyHeads.isDone()) {
      emptyHeads.step(nowMillis);
    }
  }

  private void recall() {
    moreOnDisk = false;
    store.scan(
        ColumnFamily.COMPACTIONS,
        (key, value) -> {
          moreOnDisk = known.size() >= KNOWN;
          return !moreOnDisk && known.add(key);
        });
  }

  /** Joins some of the run's deltas and tells whether that were all. */
  private boolean joinDeltas(byte[] key) throws RocksDBException {
    Optional<Long> from = store.get(ColumnFamily.COMPACTIONS, key).map(Values::number);
    if (from.isEmpty()) {
      return true;
    }
    RangeMerger merger = new RangeMerger(reader.deltas());
    long last = Keys.seq(key);
    long[] seen = {0, last};
    store.scan(
        ColumnFamily.EVENTS,
        Keys.atSeq(key, from.get()),
        Keys.atSeq(key, last + 1),
        (at, value) -> {
          merger.take(Keys.seq(at), Values.event(value));
          seen[1] = Keys.seq(at);
          return ++seen[0] < STEP;
        });
    boolean done = seen[0] < STEP;
    write(key, merger, done ? last : seen[1]);
    return done;
  }

  private void write(byte[] key, RangeMerger merger, long doneUpTo) throws RocksDBException {
    try (WriteBatch batch = new WriteBatch()) {
      for (RangeMerger.Range range : merger.ranges()) {
        for (long seq = range.firstSeq(); seq < range.seq(); seq++) {
          batch.delete(store.handle(ColumnFamily.EVENTS), Keys.atSeq(key, seq));
        }
        byte[] at = Keys.atSeq(key, range.seq());
        batch.put(store.handle(ColumnFamily.EVENTS), at, Values.encode(range.value()));
      }
      ThreadKey thread = Keys.parseThread(key);
      ThreadHead head = lighten(key, merger.ranges(), batch);
      if (doneUpTo == Keys.seq(key)) {
        batch.delete(store.handle(ColumnFamily.COMPACTIONS), key);
      } else {
        batch.put(store.handle(ColumnFamily.COMPACTIONS), key, Values.encode(doneUpTo + 1));
      }
      store.writeUnsynced(batch);
      heads.written(thread, head);
    }
  }

  /** Puts down that thread and segment take less room. */
  private ThreadHead lighten(byte[] key, List<RangeMerger.Range> ranges, WriteBatch batch)
      throws RocksDBException {
    long records = ranges.stream().mapToLong(range -> range.seq() - range.firstSeq()).sum();
    long bytes = ranges.stream().mapToLong(RangeMerger.Range::saved).sum();
    ThreadKey thread = Keys.parseThread(key);
    ThreadHead head = heads.head(thread);
    ThreadHead lighter = head.withRetained(head.retained().without(records, bytes));
    Optional<Segment> segment =
        store.get(ColumnFamily.SEGMENTS, key).map(value -> Values.segment(Keys.seq(key), value));
    if (ranges.isEmpty() || segment.isEmpty()) {
      return head;
    }
    byte[] lighterSegment = Values.encode(segment.get().without(records, bytes));
    batch.put(store.handle(ColumnFamily.SEGMENTS), key, lighterSegment);
    heads.put(thread, lighter, batch);
    return lighter;
  }
}
