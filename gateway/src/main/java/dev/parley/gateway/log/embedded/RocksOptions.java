package dev.parley.gateway.log.embedded;

import java.util.ArrayDeque;
import java.util.Deque;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.IndexType;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksObject;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBufferManager;
import org.rocksdb.WriteOptions;

/** How RocksDB is set. Holds native objects: to be closed after the database that uses them. */
final class RocksOptions implements AutoCloseable {

  private static final long MIB = 1L << 20;
  private static final long WRITE_BUFFER = 64 * MIB;
  private static final long ARENA_BLOCK = 64L << 10;
  private static final long LOG_FILES = 256 * MIB;

  /** So many deleted ranges are held in memory, where each one makes reads slower. */
  private static final int MAX_RANGE_DELETIONS = 1_000;

  private static final int OPEN_FILES = 512;
  private static final int BLOOM_BITS = 10;
  private static final int CACHE_SHARD_BITS = 2;

  private final Deque<RocksObject> made = new ArrayDeque<>();
  private final LRUCache memory;
  private final DBOptions database;
  private final ColumnFamilyOptions family;
  private final WriteOptions synced;
  private final WriteOptions unsynced;
  private final CompactRangeOptions compaction;

  /** Caches and buffers take so many bytes: one account for both, two thirds for the buffers. */
  RocksOptions(long memoryBytes) {
    memory = keep(new LRUCache(memoryBytes, CACHE_SHARD_BITS));
    WriteBufferManager buffers = keep(new WriteBufferManager(memoryBytes * 2 / 3, memory));
    database = keep(database(buffers));
    family = keep(family(memory, keep(new BloomFilter(BLOOM_BITS))));
    family.setWriteBufferSize(Math.min(WRITE_BUFFER, memoryBytes / 4));
    synced = keep(new WriteOptions().setSync(true));
    unsynced = keep(new WriteOptions().setSync(false));
    compaction = keep(new CompactRangeOptions().setExclusiveManualCompaction(false));
  }

  /**
   * A crash may leave the last record of the write-ahead log incomplete: that was never answered.
   * Any other damage must be reported, or answered commits would be dropped in silence. RocksDB
   * cannot tell the two apart in recycled files, so none are: that is no slower here.
   *
   * <p>Opening writes what it finds in the write-ahead log to a table and syncs that: so a record
   * whose sync failed, and which is found nevertheless, is on the disk from then on. After an error
   * RocksDB repairs nothing by itself: the log closes it and opens it again.
   *
   * <p>Files take only the room that they use: to reserve some for the next 50 MiB of the
   * write-ahead log would take all that a low disk has left.
   */
  private static DBOptions database(WriteBufferManager buffers) {
    return new DBOptions()
        .setCreateIfMissing(true)
        .setCreateMissingColumnFamilies(true)
        .setParanoidChecks(true)
        .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
        .setAvoidFlushDuringRecovery(false)
        .setMaxBgErrorResumeCount(0)
        .setAllowFAllocate(false)
        .setMaxTotalWalSize(LOG_FILES)
        .setWriteBufferManager(buffers)
        .setMaxOpenFiles(OPEN_FILES)
        .setMaxBackgroundJobs(2)
        .setMaxLogFileSize(MIB)
        .setKeepLogFileNum(4)
        .setStatsDumpPeriodSec(0);
  }

  /**
   * The index of a table is kept in parts: as one piece, some MiB for long threads, it may fit in
   * no shard of the cache, and then every page reads and unpacks all of it. Few shards, for the
   * same reason: few threads read.
   */
  private static ColumnFamilyOptions family(Cache memory, BloomFilter filter) {
    return new ColumnFamilyOptions()
        .setArenaBlockSize(ARENA_BLOCK)
        .setCompressionType(CompressionType.LZ4_COMPRESSION)
        .setMemtableMaxRangeDeletions(MAX_RANGE_DELETIONS)
        .setTableFormatConfig(
            new BlockBasedTableConfig()
                .setBlockCache(memory)
                .setCacheIndexAndFilterBlocks(true)
                .setIndexType(IndexType.kTwoLevelIndexSearch)
                .setPartitionFilters(true)
                .setPinL0FilterAndIndexBlocksInCache(true)
                .setFilterPolicy(filter));
  }

  private <T extends RocksObject> T keep(T object) {
    made.push(object);
    return object;
  }

  DBOptions database() {
    return database;
  }

  ColumnFamilyOptions family() {
    return family;
  }

  /** A write is done when it is on the disk. */
  WriteOptions synced() {
    return synced;
  }

  /** A write is done when it is with the operating system. */
  WriteOptions unsynced() {
    return unsynced;
  }

  /** Of compactions that are asked for: beside those that RocksDB does by itself. */
  CompactRangeOptions compaction() {
    return compaction;
  }

  /** The bytes that caches and buffers take now. */
  long memoryUsed() {
    return memory.getUsage();
  }

  @Override
  public void close() {
    made.forEach(RocksObject::close);
  }
}
