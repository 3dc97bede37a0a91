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
import org.rocksdb.ReadOptions;
import org.rocksdb.ReadTier;
import org.rocksdb.RocksObject;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBufferManager;
import org.rocksdb.WriteOptions;

/** The RocksDB options. Holds native objects; must be closed after the database that uses them. */
final class RocksOptions implements AutoCloseable {

  private static final long MIB = 1L << 20;
  private static final long WRITE_BUFFER = 64 * MIB;
  private static final long ARENA_BLOCK = 64L << 10;
  private static final long LOG_FILES = 256 * MIB;

  /** The maximum of range tombstones in a buffer, where each one makes reads slower. */
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
  private final ReadOptions inMemory;

  /** Options for caches and buffers of this size together. Buffers use at most two thirds. */
  RocksOptions(long memoryBytes) {
    memory = keep(new LRUCache(memoryBytes, CACHE_SHARD_BITS));
    WriteBufferManager buffers = keep(new WriteBufferManager(memoryBytes * 2 / 3, memory));
    database = keep(database(buffers));
    family = keep(family(memory, keep(new BloomFilter(BLOOM_BITS))));
    family.setWriteBufferSize(Math.min(WRITE_BUFFER, memoryBytes / 4));
    synced = keep(new WriteOptions().setSync(true));
    unsynced = keep(new WriteOptions().setSync(false));
    compaction = keep(new CompactRangeOptions().setExclusiveManualCompaction(false));
    inMemory = keep(new ReadOptions().setReadTier(ReadTier.BLOCK_CACHE_TIER));
  }

  /**
   * A crash may leave the last record of the write-ahead log incomplete; that record was never
   * acknowledged. Any other damage must be reported, or acknowledged commits would be lost
   * silently. RocksDB cannot tell both apart in recycled log files, so none are recycled; that is
   * no slower here. ||
   *
   * <p>Opening writes the records of the write-ahead log to a table and syncs it. So a record whose
   * sync failed, but which is found, is on the disk from then on. RocksDB does not recover from
   * errors by itself: the log closes it and opens it again. ||
   *
   * <p>Files are not preallocated: preallocating 50 MiB for the write-ahead log would use up a
   * nearly full disk.
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
   * The index of a table is partitioned. As one block, it has some MiB for long threads; it may
   * then fit in no cache shard, and every page would read and unpack it. There are few shards for
   * the same reason; few threads read.
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

  /** Whether a database that is opened from now on compacts nothing by itself. */
  void holdCompactions(boolean hold) {
    family.setDisableAutoCompactions(hold);
  }

  /** A write is complete when it is on the disk. */
  WriteOptions synced() {
    return synced;
  }

  /** A write is complete when the operating system has it. */
  WriteOptions unsynced() {
    return unsynced;
  }

  /** For explicit compactions, which run beside RocksDB's own. */
  CompactRangeOptions compaction() {
    return compaction;
  }

  /** For reads that fail with {@code Incomplete} where they would read a file. */
  ReadOptions inMemory() {
    return inMemory;
  }

  /** The bytes that caches and buffers use now. */
  long memoryUsed() {
    return memory.getUsage();
  }

  @Override
  public void close() {
    made.forEach(RocksObject::close);
  }
}
