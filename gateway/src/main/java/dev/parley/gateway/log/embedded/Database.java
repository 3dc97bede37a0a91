package dev.parley.gateway.log.embedded;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * One opening of RocksDB: bytes in, bytes out. May be called from any thread until it is closed,
 * and not afterwards. Blocks on the disk.
 */
final class Database implements AutoCloseable {

  private final RocksDB rocks;
  private final WriteOptions synced;
  private final WriteOptions unsynced;
  private final CompactRangeOptions compaction;
  private final ReadOptions inMemory;
  private final LongAdder reads;
  private final Map<ColumnFamily, ColumnFamilyHandle> families = new EnumMap<>(ColumnFamily.class);

  /**
   * Opens the database in the folder, or creates it. The options must outlive the database.
   *
   * @param reads counts each entry that is looked up or visited
   */
  Database(Path files, RocksOptions options, LongAdder reads) throws RocksDBException {
    this.reads = reads;
    synced = options.synced();
    unsynced = options.unsynced();
    compaction = options.compaction();
    inMemory = options.inMemory();
    ColumnFamily[] all = ColumnFamily.values();
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    List<ColumnFamilyDescriptor> wanted =
        Arrays.stream(all)
            .map(family -> new ColumnFamilyDescriptor(family.familyName(), options.family()))
            .toList();
    rocks = RocksDB.open(options.database(), files.toString(), wanted, handles);
    for (int i = 0; i < all.length; i++) {
      families.put(all[i], handles.get(i));
    }
  }

  ColumnFamilyHandle handle(ColumnFamily family) {
    return Objects.requireNonNull(families.get(family), "family");
  }

  byte @Nullable [] get(ColumnFamily family, byte[] key) throws RocksDBException {
    reads.increment();
    return rocks.get(handle(family), key);
  }

  /**
   * Looks up an entry in buffers and caches; reads no file.
   *
   * @return absent when only a file would tell
   */
  Optional<InMemory> getInMemory(ColumnFamily family, byte[] key) throws RocksDBException {
    reads.increment();
    try {
      return Optional.of(new InMemory(rocks.get(handle(family), inMemory, key)));
    } catch (RocksDBException e) {
      Status status = e.getStatus();
      if (status != null && status.getCode() == Status.Code.Incomplete) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** What buffers and caches know of an entry. */
  static final class InMemory {

    private final byte @Nullable [] value;

    private InMemory(byte @Nullable [] value) {
      this.value = value;
    }

    /** Empty if there is no such entry. */
    Optional<byte[]> value() {
      return Optional.ofNullable(value);
    }
  }

  /** A read of the database at one moment. */
  interface SnapshotRead<T> {
    T of(SnapshotView view) throws RocksDBException;
  }

  /** The database at one moment. On one thread, during the read only. */
  final class SnapshotView {

    private final ReadOptions then;

    private SnapshotView(ReadOptions then) {
      this.then = then;
    }

    Optional<byte[]> get(ColumnFamily family, byte[] key) throws RocksDBException {
      reads.increment();
      return Optional.ofNullable(rocks.get(handle(family), then, key));
    }

    /** As {@link Database#scan}. */
    void scan(ColumnFamily family, byte[] from, byte[] before, BiPredicate<byte[], byte[]> visitor)
        throws RocksDBException {
      try (ReadOptions options = new ReadOptions(then)) {
        Database.this.scan(family, from, before, visitor, options);
      }
    }

    /** Visits the last entry from {@code from} on and before {@code before}, if there is one. */
    void last(ColumnFamily family, byte[] from, byte[] before, BiConsumer<byte[], byte[]> visitor)
        throws RocksDBException {
      try (Slice lower = new Slice(from);
          Slice upper = new Slice(before);
          ReadOptions bounded =
              new ReadOptions(then).setIterateLowerBound(lower).setIterateUpperBound(upper);
          RocksIterator entries = rocks.newIterator(handle(family), bounded)) {
        reads.increment();
        entries.seekToLast();
        if (entries.isValid()) {
          visitor.accept(entries.key(), entries.value());
        }
        entries.status();
      }
    }

    /** For the last entries of many ranges: creating an iterator costs more than a seek. */
    LastEntries lastEntries(ColumnFamily family) {
      return new LastEntries(rocks.newIterator(handle(family), then));
    }
  }

  /** Finds the last entries of ranges. Must be closed before its view ends. */
  final class LastEntries implements AutoCloseable {

    private final RocksIterator entries;

    private LastEntries(RocksIterator entries) {
      this.entries = entries;
    }

    /** As {@link SnapshotView#last}. */
    void show(byte[] from, byte[] before, BiConsumer<byte[], byte[]> visitor)
        throws RocksDBException {
      reads.increment();
      entries.seekForPrev(before);
      if (entries.isValid() && Arrays.equals(entries.key(), before)) {
        entries.prev();
      }
      if (entries.isValid() && Arrays.compareUnsigned(entries.key(), from) >= 0) {
        visitor.accept(entries.key(), entries.value());
      }
      entries.status();
    }

    @Override
    public void close() {
      entries.close();
    }
  }

  <T> T readSnapshot(SnapshotRead<T> reading) throws RocksDBException {
    Snapshot moment = rocks.getSnapshot();
    try (ReadOptions then = new ReadOptions().setSnapshot(moment)) {
      return reading.of(new SnapshotView(then));
    } finally {
      rocks.releaseSnapshot(moment);
    }
  }

  /**
   * Visits entries from {@code from} on and before {@code before}, in order, until the visitor
   * returns false.
   */
  void scan(ColumnFamily family, byte[] from, byte[] before, BiPredicate<byte[], byte[]> visitor)
      throws RocksDBException {
    try (ReadOptions options = new ReadOptions()) {
      scan(family, from, before, visitor, options);
    }
  }

  private void scan(
      ColumnFamily family,
      byte[] from,
      byte[] before,
      BiPredicate<byte[], byte[]> visitor,
      ReadOptions options)
      throws RocksDBException {
    try (Slice bound = new Slice(before);
        RocksIterator entries =
            rocks.newIterator(handle(family), options.setIterateUpperBound(bound))) {
      entries.seek(from);
      show(entries, visitor);
    }
  }

  /** Visits all entries of the family in order, until the visitor returns false. */
  void scan(ColumnFamily family, BiPredicate<byte[], byte[]> visitor) throws RocksDBException {
    try (RocksIterator entries = rocks.newIterator(handle(family))) {
      entries.seekToFirst();
      show(entries, visitor);
    }
  }

  private void show(RocksIterator entries, BiPredicate<byte[], byte[]> visitor)
      throws RocksDBException {
    long visited = 1; // the look-up itself
    while (entries.isValid() && visitor.test(entries.key(), entries.value())) {
      visited++;
      entries.next();
    }
    reads.add(visited);
    entries.status();
  }

  /** Writes the whole batch or nothing. It is on the disk when this returns. */
  void write(WriteBatch batch) throws RocksDBException {
    rocks.write(synced, batch);
  }

  /**
   * Writes the whole batch or nothing. It is on the disk only after the next synced write or {@link
   * #sync}.
   */
  void writeUnsynced(WriteBatch batch) throws RocksDBException {
    rocks.write(unsynced, batch);
  }

  /** Writes buffers to tables. */
  void flush() throws RocksDBException {
    try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
      rocks.flush(wait, List.copyOf(families.values()));
    }
  }

  /** The bytes in buffers that are not in a table yet. */
  long unflushed() throws RocksDBException {
    return rocks.getAggregatedLongProperty("rocksdb.cur-size-all-mem-tables");
  }

  /** How the database is now. */
  StoreFigures figures(long memoryBytes) throws RocksDBException {
    return new StoreFigures(
        memoryBytes,
        unflushed(),
        rocks.getAggregatedLongProperty("rocksdb.estimate-pending-compaction-bytes"),
        rocks.getLongProperty("rocksdb.num-running-compactions"),
        rocks.getLongProperty("rocksdb.num-running-flushes"),
        rocks.getLongProperty("rocksdb.is-write-stopped") != 0,
        rocks.getLongProperty("rocksdb.actual-delayed-write-rate"),
        rocks.getAggregatedLongProperty("rocksdb.estimate-live-data-size"),
        rocks.getAggregatedLongProperty("rocksdb.live-sst-files-size"),
        tables());
  }

  private long tables() throws RocksDBException {
    long tables = 0;
    for (ColumnFamilyHandle family : families.values()) {
      for (int level = 0; level < rocks.numberLevels(family); level++) {
        tables += Long.parseLong(rocks.getProperty(family, "rocksdb.num-files-at-level" + level));
      }
    }
    return tables;
  }

  /**
   * Rewrites the tables with keys from {@code from} on and before {@code before}, without deleted
   * entries.
   */
  void compact(ColumnFamily family, byte[] from, byte[] before) throws RocksDBException {
    rocks.compactRange(handle(family), from, before, compaction);
  }

  /** From now on the database compacts by itself. */
  void enableCompactions() throws RocksDBException {
    rocks.enableAutoCompaction(List.copyOf(families.values()));
  }

  void sync() throws RocksDBException {
    rocks.syncWal();
  }

  /** The sequence number of the newest record. Each record of a batch has its own. */
  long newest() {
    return rocks.getLatestSequenceNumber();
  }

  /** Copies everything written to a folder, which must not exist. Writes continue meanwhile. */
  void copyTo(Path target) throws RocksDBException {
    try (Checkpoint checkpoint = Checkpoint.create(rocks)) {
      checkpoint.createCheckpoint(target.toString());
    }
  }

  @Override
  public void close() {
    families.values().forEach(ColumnFamilyHandle::close);
    rocks.close();
  }
}
