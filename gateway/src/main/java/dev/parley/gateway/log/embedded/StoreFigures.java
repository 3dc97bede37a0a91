package dev.parley.gateway.log.embedded;

/**
 * How RocksDB is at one moment; the estimates are its own.
 *
 * @param memoryBytes caches and buffers together, bounded by {@code store.memory}
 * @param bufferBytes buffers that are not in a table yet
 * @param pendingCompactionBytes what compactions have yet to rewrite
 * @param compactions compactions that run now
 * @param flushes buffers that are being written to tables now
 * @param isWriteStopped whether writes wait for compactions or flushes
 * @param delayedBytesPerSecond the rate to which writes are slowed down; 0 if they are not
 * @param liveBytes what is stored, without what was deleted or replaced
 * @param tableBytes the bytes of all tables
 * @param tables the number of all tables
 */
public record StoreFigures(
    long memoryBytes,
    long bufferBytes,
    long pendingCompactionBytes,
    long compactions,
    long flushes,
    boolean isWriteStopped,
    long delayedBytesPerSecond,
    long liveBytes,
    long tableBytes,
    long tables) {}
