package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.LogException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;

/**
 * The open database: bytes in, bytes out. Callable from any thread until it is closed; nothing may
 * call it afterwards. Blocks on the disk.
 */
final class RocksStore implements AutoCloseable {

  private final StoreFolder folder;
  private final RocksOptions options;
  private final RocksDB database;
  private final Map<Family, ColumnFamilyHandle> families = new EnumMap<>(Family.class);

  /**
   * Opens the store under the folder, or makes it.
   *
   * @throws LogException naming the folder, what is wrong with it, and the ways out
   */
  static RocksStore open(Path path) {
    StoreFolder folder = new StoreFolder(path);
    Path files = folder.prepare();
    loadLibrary();
    RocksOptions options = new RocksOptions();
    try {
      return new RocksStore(folder, files, options);
    } catch (RocksDBException e) {
      options.close();
      throw folder.explained(e);
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

  private RocksStore(StoreFolder folder, Path files, RocksOptions options) throws RocksDBException {
    this.folder = folder;
    this.options = options;
    Family[] all = Family.values();
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    List<ColumnFamilyDescriptor> wanted =
        Arrays.stream(all)
            .map(family -> new ColumnFamilyDescriptor(family.familyName(), options.family()))
            .toList();
    database = RocksDB.open(options.database(), files.toString(), wanted, handles);
    for (int i = 0; i < all.length; i++) {
      families.put(all[i], handles.get(i));
    }
  }

  /** The handle that a write batch needs to address the family. */
  ColumnFamilyHandle handle(Family family) {
    return Objects.requireNonNull(families.get(family), "family");
  }

  Optional<byte[]> get(Family family, byte[] key) {
    try {
      return Optional.ofNullable(database.get(handle(family), key));
    } catch (RocksDBException e) {
      throw folder.explained(e);
    }
  }

  /** Shows keys and values from one key on and before another, in order, until it answers false. */
  void scan(Family family, byte[] from, byte[] before, BiPredicate<byte[], byte[]> visitor) {
    try (Slice bound = new Slice(before);
        ReadOptions bounded = new ReadOptions().setIterateUpperBound(bound);
        RocksIterator entries = database.newIterator(handle(family), bounded)) {
      entries.seek(from);
      while (entries.isValid() && visitor.test(entries.key(), entries.value())) {
        entries.next();
      }
      entries.status();
    } catch (RocksDBException e) {
      throw folder.explained(e);
    }
  }

  /** Shows all keys and values of the family in order. */
  void scan(Family family, BiPredicate<byte[], byte[]> visitor) {
    try (RocksIterator entries = database.newIterator(handle(family))) {
      entries.seekToFirst();
      while (entries.isValid() && visitor.test(entries.key(), entries.value())) {
        entries.next();
      }
      entries.status();
    } catch (RocksDBException e) {
      throw folder.explained(e);
    }
  }

  /** Writes all of the batch or nothing; it is on the disk when this returns. */
  void write(WriteBatch batch) {
    try {
      database.write(options.synced(), batch);
    } catch (RocksDBException e) {
      throw folder.explained(e);
    }
  }

  @Override
  public void close() {
    families.values().forEach(ColumnFamilyHandle::close);
    database.close();
    options.close();
  }
}
