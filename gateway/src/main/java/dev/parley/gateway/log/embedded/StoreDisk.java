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
 * The store as its committer sees it: low on space, slow, lost and found again; the watch is told
 * of each. On the committer's thread, but for {@link #stop}.
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
  private int failures;

  /** The clock counts nanoseconds from anywhere. */
  StoreDisk(
      RocksStore store, FreedBytes freed, long minFree, StoreWatch watch, LongSupplier nanoClock) {
    this.store = store;
    this.gauge = new DiskGauge(store.folder().files(), minFree);
    this.mark = new NewestRecordFile(store.folder().files());
    this.reclaimer = new Reclaimer(store, freed, nanoClock);
    this.watch = watch;
    this.nanoClock = nanoClock;
    this.markedNanos = nanoClock.getAsLong();
  }

  @Override
  public long share() {
    if (reclaimer.wantsReopening()) {
      LOG.warn("store: is opened again, so that what was dropped can be compacted");
      var ignored = store.reopen(this::mayTryAfter);
    }
    long share = gauge.share();
    DiskSpace now = DiskGauge.space(share);
    if (now != space) {
      space = now;
      tell();
    }
    reclaimer.look(now);
    return share;
  }

  private void tell() {
    switch (space) {
      case PLENTY -> LOG.warn("store: has space again");
      case SHORT ->
          LOG.warn("store: short of space; users with the most stored bytes are refused first");
      case LOW -> LOG.warn("store: low on space; only ends of runs are taken");
    }
    watch.diskSpace(space);
  }

  @Override
  public void write(WriteBatch batch) {
    long began = nanoClock.getAsLong();
    store.write(batch);
    failures = 0;
    long now = nanoClock.getAsLong();
    if (now - began > SLOW_NANOS) {
      watch.slow(Duration.ofNanos(now - began));
    }
    if (now - markedNanos > MARK_NANOS) {
      markedNanos = now;
      mark(false);
    }
  }

  /** Without the mark a store is opened as ever, only what is missing may go unseen. */
  private void mark(boolean synced) {
    try {
      mark.write(store.newest(), synced);
    } catch (IOException e) {
      LOG.warn("store: its mark of the newest record cannot be written: {}", e.toString());
    }
  }

  /** Nothing is given back any more, and the disk is not used but for {@link #close}. */
  void stopReclaiming() {
    reclaimer.close();
  }

  /** The last mark, of a store that is closed in good order. */
  void close() {
    if (failures > 0) {
      return;
    }
    try {
      store.sync();
      mark(true);
    } catch (LogException e) {
      LOG.warn("store: not synced at its close", e);
    }
  }

  @Override
  public boolean reopen(LogException why) {
    LOG.error("store: a write failed; the store is opened again, and commits wait", why);
    watch.lost(why);
    boolean open = mayTry() && store.reopen(this::mayTryAfter);
    if (open) {
      LOG.info("store: open again");
      watch.reopened();
    }
    return open;
  }

  private boolean mayTryAfter(LogException e) {
    LOG.error("store: cannot be opened yet: {}", e.getMessage());
    return mayTry();
  }

  /** At once after the first failure, then at growing intervals; not when the log is closed. */
  private boolean mayTry() {
    int before = failures++;
    long wait = before == 0 ? 0 : FIRST_WAIT_MILLIS << Math.min(before - 1, MAX_DOUBLINGS);
    try {
      return !stopped.await(wait, TimeUnit.MILLISECONDS) || before == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Does not try to open the store for ever: the log is being closed. Callable from any thread. */
  void stop() {
    stopped.countDown();
  }
}
