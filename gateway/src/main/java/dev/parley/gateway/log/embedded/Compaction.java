package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.Segment;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Compacts ended runs: their adjacent deltas are stored again as ranges, with the same content and
 * seqs. The write that ends a run records that it is to be compacted, so compaction continues after
 * a restart. On the committer's thread only.
 */
final class Compaction {

  /** The maximum of values that a step reads; commits wait for one step at most. */
  private static final int STEP = 256;

  /** The maximum of runs in memory; further ones are read from the disk later. */
  private static final int MAX_QUEUED = 10_000;

  private final RocksStore store;
  private final StoreReader reader;
  private final HeadStore heads;

  /** Keys of {@link ColumnFamily#COMPACTIONS}. */
  private final Deque<byte[]> queued = new ArrayDeque<>();

  private boolean moreOnDisk = true;

  Compaction(RocksStore store, StoreReader reader, HeadStore heads) {
    this.store = store;
    this.reader = reader;
    this.heads = heads;
  }

  /** Queues an ended run, which is recorded on the disk under this key. */
  void add(byte[] key) {
    if (moreOnDisk || queued.size() >= MAX_QUEUED) {
      moreOnDisk = true;
    } else {
      queued.add(key);
    }
  }

  /** Clears the queue; the runs are read from the disk again. */
  void reset() {
    queued.clear();
    moreOnDisk = true;
  }

  boolean isQueueEmpty() {
    return queued.isEmpty();
  }

  boolean isDone() {
    return queued.isEmpty() && !moreOnDisk;
  }

  /** Compacts a part of one run. */
  void step() throws RocksDBException {
    if (isQueueEmpty() && moreOnDisk) {
      readQueue();
    }
    byte[] key = queued.poll();
    if (key != null && !compact(key)) {
      queued.addFirst(key);
    }
  }

  private void readQueue() {
    moreOnDisk = false;
    store.scan(
        ColumnFamily.COMPACTIONS,
        (key, value) -> {
          moreOnDisk = queued.size() >= MAX_QUEUED;
          return !moreOnDisk && queued.add(key);
        });
  }

  /** Merges some of the run's deltas. Returns whether these were the last. */
  private boolean compact(byte[] key) throws RocksDBException {
    Optional<Long> from =
        store
            .get(ColumnFamily.COMPACTIONS, key)
            .map(value -> Values.number(RecordKind.COMPACTION, value));
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
          merger.take(Keys.seq(at), Values.event(value, reader.deltas()));
          seen[1] = Keys.seq(at);
          return ++seen[0] < STEP;
        });
    boolean done = seen[0] < STEP;
    write(key, merger.ranges(), done ? last : seen[1]);
    return done;
  }

  private void write(byte[] key, List<RangeMerger.Range> ranges, long doneUpTo)
      throws RocksDBException {
    try (WriteBatch batch = new WriteBatch()) {
      for (RangeMerger.Range range : ranges) {
        for (long seq = range.firstSeq(); seq < range.seq(); seq++) {
          batch.delete(store.handle(ColumnFamily.EVENTS), Keys.atSeq(key, seq));
        }
        byte[] at = Keys.atSeq(key, range.seq());
        batch.put(store.handle(ColumnFamily.EVENTS), at, Values.encode(range.value()));
      }
      ThreadKey thread = Keys.parseThread(key);
      Optional<ThreadHead> smaller = putSizes(key, ranges, batch);
      if (doneUpTo == Keys.seq(key)) {
        batch.delete(store.handle(ColumnFamily.COMPACTIONS), key);
      } else {
        batch.put(
            store.handle(ColumnFamily.COMPACTIONS),
            key,
            Values.encode(RecordKind.COMPACTION, doneUpTo + 1));
      }
      store.writeUnsynced(batch);
      smaller.ifPresent(head -> heads.written(thread, head));
    }
  }

  /** Adds the smaller sizes of the thread and of the run's segment to the batch, if they are. */
  private Optional<ThreadHead> putSizes(
      byte[] key, List<RangeMerger.Range> ranges, WriteBatch batch) throws RocksDBException {
    long records = ranges.stream().mapToLong(range -> range.seq() - range.firstSeq()).sum();
    long bytes = ranges.stream().mapToLong(RangeMerger.Range::saved).sum();
    ThreadKey thread = Keys.parseThread(key);
    Optional<Segment> segment =
        store.get(ColumnFamily.SEGMENTS, key).map(value -> Values.segment(Keys.seq(key), value));
    if (ranges.isEmpty() || segment.isEmpty()) {
      return Optional.empty();
    }
    ThreadHead head = heads.head(thread);
    byte[] smallerSegment = Values.encode(segment.get().without(records, bytes));
    batch.put(store.handle(ColumnFamily.SEGMENTS), key, smallerSegment);
    ThreadHead smaller = head.withRetained(head.retained().without(records, bytes));
    heads.put(thread, smaller, batch);
    return Optional.of(smaller);
  }
}
