package dev.parley.gateway;

import dev.parley.gateway.log.embedded.StoreFigures;
import dev.parley.gateway.monitor.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * Shows the figures of the store as metrics. They are read once for all gauges of one scrape; while
 * the store cannot be read, the last ones are shown. Used on the thread that scrapes.
 */
final class StoreGauges {

  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final StoreFigures NONE = new StoreFigures(0, 0, 0, 0, 0, false, 0, 0, 0, 0);

  private final Supplier<Optional<StoreFigures>> store;
  private final LongSupplier nanoClock;
  private StoreFigures latest = NONE;
  private long readNanos;

  private StoreGauges(Supplier<Optional<StoreFigures>> store, LongSupplier nanoClock) {
    this.store = store;
    this.nanoClock = nanoClock;
    this.readNanos = nanoClock.getAsLong() - FRESH_NANOS;
  }

  /**
   * Adds all gauges.
   *
   * @param folder the folder on the store's disk
   */
  static void add(
      Metrics metrics,
      Supplier<Optional<StoreFigures>> store,
      Path folder,
      LongSupplier nanoClock) {
    StoreGauges gauges = new StoreGauges(store, nanoClock);
    gauges.add(
        metrics,
        "memory_bytes",
        "Caches and buffers of the store, bounded by store.memory.",
        StoreFigures::memoryBytes);
    gauges.add(
        metrics,
        "buffer_bytes",
        "Buffers of the store that are not in a table yet.",
        StoreFigures::bufferBytes);
    gauges.add(
        metrics,
        "pending_compaction_bytes",
        "What compactions have yet to rewrite, as RocksDB estimates.",
        StoreFigures::pendingCompactionBytes);
    gauges.add(metrics, "compactions", "Compactions that run now.", StoreFigures::compactions);
    gauges.add(
        metrics, "flushes", "Buffers that are written to tables now.", StoreFigures::flushes);
    gauges.add(
        metrics,
        "write_stopped",
        "1 while writes wait for compactions or flushes, else 0.",
        figures -> figures.isWriteStopped() ? 1 : 0);
    gauges.add(
        metrics,
        "delayed_write_bytes_per_second",
        "The rate to which RocksDB slows writes down; 0 if it does not.",
        StoreFigures::delayedBytesPerSecond);
    gauges.add(
        metrics,
        "live_bytes",
        "What is stored without what was deleted, as RocksDB estimates.",
        StoreFigures::liveBytes);
    gauges.add(metrics, "table_bytes", "The size of all tables.", StoreFigures::tableBytes);
    gauges.add(metrics, "tables", "The number of all tables.", StoreFigures::tables);
    metrics.gauge(
        "parley_store_disk_free_bytes", "Free bytes of the disk of the store.", () -> free(folder));
    metrics.gauge(
        "parley_store_disk_bytes", "The size of the disk of the store.", () -> size(folder));
  }

  private void add(Metrics metrics, String name, String help, ToLongFunction<StoreFigures> figure) {
    metrics.gauge("parley_store_" + name, help, () -> figure.applyAsLong(figures()));
  }

  private synchronized StoreFigures figures() {
    long now = nanoClock.getAsLong();
    if (now - readNanos >= FRESH_NANOS) {
      readNanos = now;
      latest = store.get().orElse(latest);
    }
    return latest;
  }

  private static long free(Path folder) {
    try {
      return Files.getFileStore(folder).getUsableSpace();
    } catch (IOException gone) {
      return 0;
    }
  }

  private static long size(Path folder) {
    try {
      return Files.getFileStore(folder).getTotalSpace();
    } catch (IOException gone) {
      return 0;
    }
  }
}
