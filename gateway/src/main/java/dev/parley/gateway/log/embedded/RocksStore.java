package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.LogException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The database of a folder. It can be reopened in place after a failure. Reads may be called from
 * any thread; while the store is not open they wait, then fail. Everything else is for the one
 * writing thread. Blocks on the disk; fails only with a {@link LogException}.
 */
final class RocksStore implements AutoCloseable {

  private static final long OPEN_TIMEOUT_SECONDS = 5;

  private final StoreFolder folder;
  private final RocksOptions options;
  private final LongAdder reads = new LongAdder();
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private @Nullable Database database;
  private volatile boolean timedOut;
  private volatile boolean stopping;
  private volatile boolean holdsCompactions;

  private interface DatabaseCall<T> {
    T on(Database database) throws RocksDBException;
  }

  /**
   * Opens the store in the folder, or creates it, with this many bytes for caches and buffers.
   *
   * @throws LogException that names the folder, what is wrong with it, and what to do
   */
  static RocksStore open(Path path, long memoryBytes) {
    StoreFolder folder = new StoreFolder(path);
    folder.prepare();
    loadLibrary();
    RocksOptions options = new RocksOptions(memoryBytes);
    RocksStore store = new RocksStore(folder, options);
    try {
      store.database = store.openDatabase();
      return store;
    } catch (LogException e) {
      options.close();
      throw e;
    }
  }

  private static void loadLibrary() {
    try {
      RocksDB.loadLibrary();
    } catch (RuntimeException | UnsatisfiedLinkError e) {
      throw new LogException(
          "java.io.tmpdir: "
              + System.getProperty("java.io.tmpdir")
              + " (expected: a folder in which RocksDB's native library can be written and loaded:"
              + " name another with -Djava.io.tmpdir)",
          e);
    }
  }

  private RocksStore(StoreFolder folder, RocksOptions options) {
    this.folder = folder;
    this.options = options;
  }

  private Database openDatabase() {
    Database opened = null;
    try {
      folder.checkManifest();
      opened = new Database(folder.files(), options, reads);
      folder.checkNewest(opened.newest());
      return opened;
    } catch (RocksDBException e) {
      throw folder.explained(e);
    } catch (RuntimeException | Error e) {
      if (opened != null) {
        opened.close();
      }
      throw e instanceof LogException known
          ? known
          : new LogException("log: cannot be opened: " + e, e);
    }
  }

  /**
   * Closes the database and opens it again, repeatedly until it succeeds. Reads wait meanwhile.
   *
   * @param again receives the reason of a failed attempt, and returns whether to try again
   * @return whether the store is open
   */
  boolean reopen(Predicate<LogException> again) {
    stopCompacting();
    lock.writeLock().lock();
    try {
      closeDatabase();
      return openAgain(again);
    } finally {
      lock.writeLock().unlock();
    }
  }

  /**
   * Opens the database again, as {@link #reopen}, but compacts nothing until {@link
   * #enableCompactions}: a compaction of its own could run out of space before deleted records are
   * compacted.
   */
  boolean reopenWithoutCompactions(Predicate<LogException> again) {
    options.holdCompactions(true);
    try {
      holdsCompactions = true;
      return reopen(again);
    } finally {
      options.holdCompactions(false);
    }
  }

  /** The database compacts by itself again, if it does not. May be called from any thread. */
  void enableCompactions() {
    if (holdsCompactions) {
      read(
          open -> {
            open.enableCompactions();
            return true;
          });
      holdsCompactions = false;
    }
  }

  private boolean openAgain(Predicate<LogException> again) {
    while (true) {
      try {
        folder.require();
        database = openDatabase();
        timedOut = false;
        stopping = false;
        return true;
      } catch (LogException e) {
        if (!again.test(e)) {
          return false;
        }
      }
    }
  }

  private void closeDatabase() {
    if (database != null) {
      database.close();
      database = null;
    }
  }

  /**
   * The family's handle for write batches, valid until the store is reopened. On the writing thread
   * only.
   */
  ColumnFamilyHandle handle(ColumnFamily family) {
    return open(database).handle(family);
  }

  Optional<byte[]> get(ColumnFamily family, byte[] key) {
    return read(open -> Optional.ofNullable(open.get(family, key)));
  }

  /**
   * As {@link Database#getInMemory}; absent too when the read fails, or the store is not open: then
   * {@link #get} tells. Waits for nothing.
   */
  Optional<Database.InMemory> getInMemory(ColumnFamily family, byte[] key) {
    return readIfOpen(open -> open.getInMemory(family, key));
  }

  /**
   * Visits entries from {@code from} on and before {@code before}, in order, until the visitor
   * returns false.
   */
  void scan(ColumnFamily family, byte[] from, byte[] before, BiPredicate<byte[], byte[]> visitor) {
    read(
        open -> {
          open.scan(family, from, before, visitor);
          return true;
        });
  }

  /** Visits all entries of the family in order, until the visitor returns false. */
  void scan(ColumnFamily family, BiPredicate<byte[], byte[]> visitor) {
    read(
        open -> {
          open.scan(family, visitor);
          return true;
        });
  }

  /** Reads several entries as of one moment. */
  <T> T readSnapshot(Database.SnapshotRead<T> reading) {
    return read(open -> open.readSnapshot(reading));
  }

  /** Copies everything written to a folder, which must not exist. May be called from any thread. */
  void copyTo(Path target) {
    read(
        open -> {
          open.copyTo(target);
          return true;
        });
  }

  /**
   * Writes buffers to tables and deletes files of the write-ahead log that are no longer needed.
   * May be called from any thread.
   */
  void flush() {
    read(
        open -> {
          open.flush();
          return true;
        });
  }

  /**
   * Rewrites the tables with keys from {@code from} on and before {@code before}, without deleted
   * entries. May be called from any thread.
   */
  void compact(ColumnFamily family, byte[] from, byte[] before) {
    read(
        open -> {
          options.compaction().setCanceled(false);
          if (!stopping) {
            open.compact(family, from, before);
          }
          return true;
        });
  }

  /** The bytes in buffers that are not in a table yet. May be called from any thread. */
  long unflushed() {
    return read(Database::unflushed);
  }

  /** Makes every {@link #compact} return soon. May be called from any thread. */
  void stopCompacting() {
    stopping = true;
    options.compaction().setCanceled(true);
  }

  private <T> T read(DatabaseCall<T> call) {
    awaitOpen();
    try {
      return call.on(open(database));
    } catch (RocksDBException e) {
      throw folder.explained(e);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** When one read has timed out, the next ones fail at once. */
  private void awaitOpen() {
    try {
      if (lock.readLock().tryLock(timedOut ? 0 : OPEN_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    timedOut = true;
    throw notOpen();
  }

  private static Database open(@Nullable Database database) {
    if (database == null) {
      throw notOpen();
    }
    return database;
  }

  private static LogException notOpen() {
    return new LogException("log: being reopened after a failure (expected: open)");
  }

  /** Writes the whole batch or nothing. It is on the disk when this returns. */
  void write(WriteBatch batch) {
    try {
      open(database).write(batch);
    } catch (RocksDBException e) {
      throw folder.explained(e);
    }
  }

  /**
   * Writes the whole batch or nothing. It is on the disk only after the next synced write or {@link
   * #sync}.
   */
  void writeUnsynced(WriteBatch batch) {
    try {
      open(database).writeUnsynced(batch);
    } catch (RocksDBException e) {
      throw folder.explained(e);
    }
  }

  /** Everything written is on the disk when this returns. */
  void sync() {
    try {
      open(database).sync();
    } catch (RocksDBException e) {
      throw folder.explained(e);
    }
  }

  /** The number of the newest record on the disk. */
  long newest() {
    return open(database).newest();
  }

  /** The entries that were looked up or visited since the store was opened first. */
  long reads() {
    return reads.sum();
  }

  /** The bytes that caches and buffers use now. */
  long memoryUsed() {
    return options.memoryUsed();
  }

  /**
   * How the store is now; absent while it is being reopened and after it was closed. Waits for
   * nothing. May be called from any thread.
   */
  Optional<StoreFigures> figures() {
    return readIfOpen(open -> Optional.of(open.figures(memoryUsed())));
  }

  private <T> Optional<T> readIfOpen(DatabaseCall<Optional<T>> call) {
    if (!lock.readLock().tryLock()) {
      return Optional.empty();
    }
    try {
      Database open = database;
      return open == null ? Optional.empty() : call.on(open);
    } catch (RocksDBException e) {
      return Optional.empty();
    } finally {
      lock.readLock().unlock();
    }
  }

  StoreFolder folder() {
    return folder;
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      closeDatabase();
      options.close();
    } finally {
      lock.writeLock().unlock();
    }
  }
}
