package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.DiskSpace;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.StoreWatch;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store as the committer's disk. It detects low space, slow writes and failures, reopens the
 * store, and tells the watch. On the committer's thread, except {@link #stop}.
 */
final class StoreDisk implements Disk {

  private static final Logger LOG = LoggerFactory.getLogger(StoreDisk.class);
  private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long MARK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long FIRST_WAIT_MILLIS = 100;
  private static final int MAX_DOUBLINGS = 6;

  private final RocksStore store;
  private final DiskGauge gauge;
  private final NewestRecordFile mark;
  private final StoreWatch watch;
  private final LongSupplier nanoClock;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Reclaimer reclaimer;
  private DiskSpace space = DiskSpace.PLENTY;
  private long markedNanos;
  private boolean cannotReclaim;
  private int failures;

  /**
   * The disk of a store.
   *
   * @param minFree the free bytes below which only ends of runs are accepted
   * @param watch receives the state of the disk
   * @param nanoClock a monotonic clock in nanoseconds
   */
  StoreDisk(
      RocksStore store,
      Reclaimer reclaimer,
      long minFree,
      StoreWatch watch,
      LongSupplier nanoClock) {
    this.store = store;
    this.reclaimer = reclaimer;
    this.gauge = new DiskGauge(store.folder().files(), minFree);
    this.mark = new NewestRecordFile(store.folder().files());
    this.watch = watch;
    this.nanoClock = nanoClock;
    this.markedNanos = nanoClock.getAsLong();
  }

  @Override
  public long share() {
    if (reclaimer.wantsReopening()) {
      LOG.warn("store: reopening, so that deleted records can be compacted");
      var ignored = store.reopenWithoutCompactions(this::mayTryAfter);
    }
    long share = gauge.share();
    DiskSpace now = DiskGauge.space(share);
    if (now != space) {
      space = now;
      report();
    }
    checkReclaimer(now);
    return share;
  }

  /** What cannot be done now is tried again with the next batch, and told once until it is done. */
  private void checkReclaimer(DiskSpace now) {
    try {
      reclaimer.check(now);
      cannotReclaim = false;
    } catch (LogException e) {
      if (!cannotReclaim) {
        LOG.warn("store: compaction cannot be resumed yet: {}", e.getMessage());
      }
      cannotReclaim = true;
    }
  }

  private void report() {
    switch (space) {
      case PLENTY -> LOG.warn("store: enough disk space again");
      case SHORT ->
          LOG.warn(
              "store: short of disk space; users with the most stored bytes are refused first");
      case LOW -> LOG.warn("store: low on disk space; only ends of runs are accepted");
    }
    watch.diskSpace(space);
  }

  @Override
  public void write(WriteBatch batch) {
    long began = nanoClock.getAsLong();
    store.write(batch);
    failures = 0;
    long now = nanoClock.getAsLong();
    watch.written(now - began);
    if (now - began > SLOW_NANOS) {
      watch.slow(Duration.ofNanos(now - began));
    }
    if (now - markedNanos > MARK_NANOS) {
      markedNanos = now;
      mark(false);
    }
  }

  /** Without this file the store opens normally, but missing files may go undetected. */
  private void mark(boolean synced) {
    try {
      mark.write(store.newest(), synced);
    } catch (IOException e) {
      LOG.warn("store: the file of the newest record cannot be written: {}", e.toString());
    }
  }

  /** Ends the reclaimer. The disk is used only by {@link #close} after this. */
  void stopReclaiming() {
    reclaimer.close();
  }

  /** Syncs the store and writes the newest record's number. */
  void close() {
    if (failures > 0) {
      return;
    }
    try {
      store.sync();
      mark(true);
    } catch (LogException e) {
      LOG.warn("store: could not be synced before closing", e);
    }
  }

  @Override
  public boolean reopen(LogException why) {
    LOG.error("store: a write failed; reopening the store, commits wait", why);
    watch.lost(why);
    boolean open = mayTry() && store.reopen(this::mayTryAfter);
    if (open) {
      LOG.info("store: open again");
      watch.reopened();
    }
    return open;
  }

  private boolean mayTryAfter(LogException e) {
    LOG.error("store: cannot be reopened yet: {}", e.getMessage());
    return mayTry();
  }

  /**
   * At once after the first failure, then at increasing intervals; not when the log is being
   * closed. An interrupt shortens the interval only.
   */
  private boolean mayTry() {
    int before = failures++;
    long wait = before == 0 ? 0 : FIRST_WAIT_MILLIS << Math.min(before - 1, MAX_DOUBLINGS);
    try {
      return !stopped.await(wait, TimeUnit.MILLISECONDS) || before == 0;
    } catch (InterruptedException e) {
      return before == 0 || stopped.getCount() > 0;
    }
  }

  /**
   * Ends attempts to reopen the store, because the log is being closed. May be called from any
   * thread.
   */
  void stop() {
    stopped.countDown();
  }
}
