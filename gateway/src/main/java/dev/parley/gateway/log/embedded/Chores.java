package dev.parley.gateway.log.embedded;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done behind commits: the deltas of ended runs are stored again as ranges, with the same
 * content under the same numbers. A chore is recorded in the write that ends its run, is done in
 * small steps, each one write that need not be synced, and goes on after a restart. On the
 * committer's thread only.
 */
final class Chores {

  private static final Logger LOG = LoggerFactory.getLogger(Chores.class);

  /** How many values a step looks at: commits wait no longer than that takes. */
  private static final int STEP = 256;

  /** How many chores are known by heart; the others are read from the disk when these are done. */
  private static final int KNOWN = 10_000;

  private final RocksStore store;
  private final StoreReader reader;
  private final Deque<byte[]> known = new ArrayDeque<>();
  private boolean moreOnDisk = true;

  Chores(RocksStore store, StoreReader reader) {
    this.store = store;
    this.reader = reader;
  }

  /** A chore that was recorded under this key. */
  void add(byte[] key) {
    if (moreOnDisk || known.size() >= KNOWN) {
      moreOnDisk = true;
    } else {
      known.add(key);
    }
  }

  /** Nothing is known by heart any more. */
  void forget() {
    known.clear();
    moreOnDisk = true;
  }

  boolean isDone() {
    return known.isEmpty() && !moreOnDisk;
  }

  /** Does a little, unless all is done. What fails is tried again after the next start. */
  void step() {
    if (known.isEmpty() && moreOnDisk) {
      recall();
    }
    byte[] key = known.poll();
    if (key == null) {
      return;
    }
    try {
      if (!joinDeltas(key)) {
        known.addFirst(key);
      }
    } catch (RocksDBException | RuntimeException e) {
      LOG.warn("The deltas of an ended run stay as they are until the next start", e);
    }
  }

  private void recall() {
    moreOnDisk = false;
    store.scan(
        Family.CHORES,
        (key, value) -> {
          moreOnDisk = known.size() >= KNOWN;
          return !moreOnDisk && known.add(key);
        });
  }

  /** Joins some of the run's deltas and tells whether that were all. */
  private boolean joinDeltas(byte[] key) throws RocksDBException {
    Optional<Long> from = store.get(Family.CHORES, key).map(Values::number);
    if (from.isEmpty()) {
      return true;
    }
    Joiner joiner = new Joiner(reader.deltas());
    long last = Keys.seq(key);
    long[] seen = {0, last};
    store.scan(
        Family.EVENTS,
        Keys.atSeq(key, from.get()),
        Keys.atSeq(key, last + 1),
        (at, value) -> {
          joiner.take(Keys.seq(at), Values.event(value));
          seen[1] = Keys.seq(at);
          return ++seen[0] < STEP;
        });
    boolean done = seen[0] < STEP;
    write(key, joiner, done ? last : seen[1]);
    return done;
  }

  private void write(byte[] key, Joiner joiner, long doneUpTo) throws RocksDBException {
    try (WriteBatch batch = new WriteBatch()) {
      for (Joiner.Range range : joiner.ranges()) {
        for (long seq = range.firstSeq(); seq < range.seq(); seq++) {
          batch.delete(store.handle(Family.EVENTS), Keys.atSeq(key, seq));
        }
        byte[] at = Keys.atSeq(key, range.seq());
        batch.put(store.handle(Family.EVENTS), at, Values.encode(range.value()));
      }
      if (doneUpTo == Keys.seq(key)) {
        batch.delete(store.handle(Family.CHORES), key);
      } else {
        batch.put(store.handle(Family.CHORES), key, Values.encode(doneUpTo + 1));
      }
      store.writeBehind(batch);
    }
  }
}
