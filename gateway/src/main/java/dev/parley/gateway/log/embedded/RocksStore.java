package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.LogException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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
 * The database of a folder, which can be opened anew in place after a fault. Reads are callable
 * from any thread: while it is not open they wait a while, then fail. All else is for the one
 * thread that writes. Blocks on the disk; fails only with a {@link LogException}.
 */
final class RocksStore implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 5;

  private final StoreFolder folder;
  private final RocksOptions options;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private @Nullable Database database;
  private volatile boolean outOfPatience;
  private volatile boolean stopping;

  private interface DatabaseCall<T> {
    T on(Database database) throws RocksDBException;
  }

  /**
   * Opens the store under the folder, or makes it, with so much memory for caches and buffers.
   *
   * @throws LogException naming the folder, what is wrong with it, and the ways out
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
              + " (expected: a folder that RocksDB's native library can be written to and run from:"
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
      opened = new Database(folder.files(), options);
      folder.checkNewest(opened.newest());
      return opened;
    } catch (RocksDBException e) {
      throw folder.explained(e);
    } catch (LogException e) {
      if (opened != null) {
        opened.close();
      }
      throw e;
    }
  }

  /**
   * Closes the database and opens it again, as often as it takes; reads wait meanwhile.
   *
   * @param again is told why it cannot be opened, and answers whether to try again
   * @return whether it is open
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

  private boolean openAgain(Predicate<LogException> again) {
    while (true) {
      try {
        folder.require();
        database = openDatabase();
        outOfPatience = false;
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
   * The handle that a write batch needs to address the family, good until the store is reopened. On
   * the writing thread only.
   */
  ColumnFamilyHandle handle(ColumnFamily family) {
    return open(database).handle(family);
  }

  Optional<byte[]> get(ColumnFamily family, byte[] key) {
    return read(open -> Optional.ofNullable(open.get(family, key)));
  }

  /** Shows keys and values from one key on and before another, in order, until it answers false. */
  void scan(ColumnFamily family, byte[] from, byte[] before, BiPredicate<byte[], byte[]> visitor) {
    read(
        open -> {
          open.scan(family, from, before, visitor);
          return true;
        });
  }

  /** Shows all keys and values of the family in order. */
  void scan(ColumnFamily family, BiPredicate<byte[], byte[]> visitor) {
    read(
        open -> {
          open.scan(family, visitor);
          return true;
        });
  }

  /** Reads several things with no write between them. */
  <T> T readSnapshot(Database.SnapshotRead<T> reading) {
    return read(open -> open.readSnapshot(reading));
  }

  /** Copies all that is written to a folder that must not exist yet. Callable from any thread. */
  void copyTo(Path target) {
    read(
        open -> {
          open.copyTo(target);
          return true;
        });
  }

  /**
   * Writes what is in buffers to tables, and removes the files of the write-ahead log that are not
   * needed then. Callable from any thread.
   */
  void flush() {
    read(
        open -> {
          open.flush();
          return true;
        });
  }

  /**
   * Rewrites the tables that hold keys from one on and before another, without what was dropped.
   * Callable from any thread.
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

  /** The bytes that buffers hold which are not in a table yet. Callable from any thread. */
  long unflushed() {
    return read(Database::unflushed);
  }

  /** Makes every {@link #compact} return soon, or at once. Callable from any thread. */
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

  /** The first that waited in vain spares those behind it the wait. */
  private void awaitOpen() {
    try {
      if (lock.readLock().tryLock(outOfPatience ? 0 : PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    outOfPatience = true;
    throw notOpen();
  }

  private static Database open(@Nullable Database database) {
    if (database == null) {
      throw notOpen();
    }
    return database;
  }

  private static LogException notOpen() {
    return new LogException("log: being opened again after a fault (expected: open)");
  }

  /** Writes all of the batch or nothing; it is on the disk when this returns. */
  void write(WriteBatch batch) {
    try {
      open(database).write(batch);
    } catch (RocksDBException e) {
      throw folder.explained(e);
    }
  }

  /** The same, but it is on the disk only when the next other write, or {@link #sync}, is done. */
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

  /** The number of the newest record that is on the disk. */
  long newest() {
    return open(database).newest();
  }

  /** The bytes that its caches and buffers take now. */
  long memoryUsed() {
    return options.memoryUsed();
  }

  StoreFolder folder() {
    return folder;
  }

  @Override
  public void close() {
    closeDatabase();
    options.close();
  }
}
