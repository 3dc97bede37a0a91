package dev.parley.gateway.log.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.gateway.log.DamagedRecordException;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.RetainedSize;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.log.Usage;
import dev.parley.gateway.protocol.UserId;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the usage of every user, once, in a store written before usage was stored, or when it also
 * counted open runs, or when it left out what a run added while the one before was compacted. Runs
 * before the committer starts. A thread whose head is damaged is not counted. Blocks.
 */
final class UsageBackfill {

  private static final Logger LOG = LoggerFactory.getLogger(UsageBackfill.class);

  /** The key that says that every user is counted. */
  static final byte[] COUNTED = "heads counted 2".getBytes(US_ASCII);

  private static final int USERS_PER_WRITE = 1_000;

  private final RocksStore store;
  private final StoreReader reader;
  private @Nullable UserId user;
  private Usage usage = Usage.NONE;
  private long users;

  private UsageBackfill(RocksStore store, StoreReader reader) {
    this.store = store;
    this.reader = reader;
  }

  /** Counts, unless that is done. An interrupted count starts again. */
  static void ensure(RocksStore store, StoreReader reader) {
    if (store.get(ColumnFamily.STORE, COUNTED).filter(Values::isPresent).isEmpty()) {
      new UsageBackfill(store, reader).count();
    }
  }

  private void count() {
    try (WriteBatch batch = new WriteBatch()) {
      batch.deleteRange(store.handle(ColumnFamily.USAGE), Keys.FIRST, Keys.LAST);
      store.scan(
          ColumnFamily.HEADS,
          (key, value) -> {
            add(Keys.parseThread(key), batch);
            return true;
          });
      end(batch);
      batch.put(store.handle(ColumnFamily.STORE), COUNTED, Values.present());
      store.write(batch);
    } catch (RocksDBException e) {
      throw new LogException("usage: cannot be counted: " + e.getMessage(), e);
    }
    if (users > 0) {
      LOG.info("store: counted the stored bytes and threads of {} users", users);
    }
  }

  /** The threads of a user are adjacent. */
  private void add(ThreadKey thread, WriteBatch batch) {
    if (!thread.user().equals(user)) {
      end(batch);
      user = thread.user();
    }
    try {
      usage = usage.with(RetainedSize.NONE, reader.countedHead(thread).counted());
    } catch (DamagedRecordException damage) {
      LOG.warn(
          "store: thread {} is not counted: {}",
          Keys.text(Keys.thread(thread)),
          damage.getMessage());
    }
  }

  private void end(WriteBatch batch) {
    if (user == null || usage.equals(Usage.NONE)) {
      return;
    }
    try {
      batch.put(store.handle(ColumnFamily.USAGE), Keys.user(user), Values.encode(usage));
      usage = Usage.NONE;
      if (++users % USERS_PER_WRITE == 0) {
        store.write(batch);
        batch.clear();
      }
    } catch (RocksDBException e) {
      throw new LogException("usage: cannot be counted: " + e.getMessage(), e);
    }
  }
}
