package dev.parley.gateway.log.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.gateway.log.Retention;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Removes heads of threads without events, which earlier versions kept. Reads every head of the
 * store once, a few per step, and then records in the store that it is done. On the committer's
 * thread only.
 */
final class EmptyHeadCleanup {

  private static final byte[] DONE = "empty heads removed".getBytes(US_ASCII);
  private static final int STEP = 256;

  private final RocksStore store;
  private final StoreReader reader;
  private final HeadStore heads;
  private final Retention retention;
  private byte[] next = Keys.FIRST;
  private boolean done;

  EmptyHeadCleanup(RocksStore store, StoreReader reader, HeadStore heads, Retention retention) {
    this.store = store;
    this.reader = reader;
    this.heads = heads;
    this.retention = retention;
    this.done = store.get(ColumnFamily.STORE, DONE).filter(Values::isPresent).isPresent();
  }

  boolean isDone() {
    return done;
  }

  void step(long nowMillis) throws RocksDBException {
    List<byte[]> empty = new ArrayList<>();
    int[] visited = {0};
    store.scan(
        ColumnFamily.HEADS,
        next,
        Keys.LAST,
        (key, value) -> {
          ThreadHead head = Values.head(value, reader.generation());
          if (head.isEmpty() && !Keys.parseThread(key).thread().isInbox()) {
            empty.add(key);
          }
          next = Keys.after(key);
          return ++visited[0] < STEP;
        });
    for (byte[] key : empty) {
      remove(Keys.parseThread(key), nowMillis);
    }
    if (visited[0] < STEP) {
      finish();
    }
  }

  /** The stored head may be older than the thread's last event, so the head is read again. */
  private void remove(ThreadKey thread, long nowMillis) throws RocksDBException {
    ThreadHead head = heads.head(thread);
    if (head.isEmpty() && head.lastMillis() <= retention.oldestMillis(nowMillis)) {
      try (WriteBatch batch = new WriteBatch()) {
        ThreadHead unborn = heads.remove(thread, head, nowMillis, batch);
        store.writeUnsynced(batch);
        heads.written(thread, unborn);
      }
    }
  }

  private void finish() throws RocksDBException {
    try (WriteBatch batch = new WriteBatch()) {
      batch.put(store.handle(ColumnFamily.STORE), DONE, Values.present());
      store.writeUnsynced(batch);
    }
    done = true;
  }
}
