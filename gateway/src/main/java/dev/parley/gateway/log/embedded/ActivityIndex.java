package dev.parley.gateway.log.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of each user by the time of their last activity: one entry for each head that has
 * events, but for inboxes, written in the batch that changes it. On the committer's thread only.
 */
final class ActivityIndex {

  private static final Logger LOG = LoggerFactory.getLogger(ActivityIndex.class);

  /** The key that says that every thread has its entry. */
  static final byte[] BUILT = "threads listed by activity".getBytes(US_ASCII);

  private static final int THREADS_PER_WRITE = 1_000;

  private final RocksStore store;

  ActivityIndex(RocksStore store) {
    this.store = store;
  }

  /** Adds what follows from a change of the thread's head. */
  void change(ThreadKey thread, ThreadHead before, ThreadHead after, WriteBatch batch)
      throws RocksDBException {
    if (thread.thread().isInbox()) {
      return; // no conversation
    }
    boolean was = before.head() > 0;
    boolean is = after.head() > 0;
    if (was && is && before.activityMillis() == after.activityMillis()) {
      return;
    }
    if (was) {
      batch.delete(
          store.handle(ColumnFamily.ACTIVITY), Keys.activity(thread, before.activityMillis()));
    }
    if (is) {
      put(thread, after, batch);
    }
  }

  private void put(ThreadKey thread, ThreadHead head, WriteBatch batch) throws RocksDBException {
    byte[] key = Keys.activity(thread, head.activityMillis());
    batch.put(store.handle(ColumnFamily.ACTIVITY), key, Values.present());
  }

  /**
   * Builds the index, once, in a store written before there was one. The heads are written again,
   * with the time of their last event as that of their last activity. An interrupted build starts
   * again. Runs before the committer starts. Blocks.
   */
  static void ensure(RocksStore store, StoreReader reader) {
    if (store.get(ColumnFamily.STORE, BUILT).filter(Values::isPresent).isEmpty()) {
      new ActivityIndex(store).build(reader);
    }
  }

  private void build(StoreReader reader) {
    long[] threads = {0};
    try (WriteBatch batch = new WriteBatch()) {
      store.scan(
          ColumnFamily.HEADS,
          (key, value) -> {
            threads[0] += add(key, reader, batch);
            return true;
          });
      batch.put(store.handle(ColumnFamily.STORE), BUILT, Values.present());
      store.write(batch);
    } catch (RocksDBException e) {
      throw failed(e);
    }
    if (threads[0] > 0) {
      LOG.info("store: listed {} threads by their last activity", threads[0]);
    }
  }

  private int add(byte[] key, StoreReader reader, WriteBatch batch) {
    ThreadKey thread = Keys.parseThread(key);
    // The stored head may be older than the last event.
    ThreadHead head = reader.head(thread);
    if (head.head() == 0) {
      return 0;
    }
    try {
      batch.put(store.handle(ColumnFamily.HEADS), key, Values.encode(head, reader.generation()));
      put(thread, head, batch);
      if (batch.count() >= 2 * THREADS_PER_WRITE) {
        store.write(batch);
        batch.clear();
      }
      return 1;
    } catch (RocksDBException e) {
      throw failed(e);
    }
  }

  private static LogException failed(RocksDBException e) {
    return new LogException("threads: cannot be listed by activity: " + e.getMessage(), e);
  }
}
