package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.Retention;
import dev.parley.gateway.log.ThreadKey;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work between commits: compaction, retention, cleanup. It is done in small steps. Each step is
 * a write that is not synced, and the work continues after a restart. On the committer's thread
 * only.
 */
final class Maintenance {

  private static final Logger LOG = LoggerFactory.getLogger(Maintenance.class);

  /** The maximum of threads in memory that are to be trimmed. */
  private static final int MAX_QUEUED = 10_000;

  /** From this number of threads on, trimming does not wait for compaction. */
  private static final int MANY = 1_000;

  /** A pause after a failure: a damaged record must not keep the committer busy. */
  private static final long PAUSE_MILLIS = Duration.ofMinutes(1).toMillis();

  private final HeadStore heads;
  private final Compaction compaction;
  private final RetentionSweeper sweeper;
  private final MinimumLives lives;
  private final EmptyHeadCleanup emptyHeads;
  private final LastKnownTime lastTime;
  private final Set<ThreadKey> toTrim = new LinkedHashSet<>();
  private @Nullable Long failedMillis;

  Maintenance(
      RocksStore store,
      StoreReader reader,
      HeadStore heads,
      MinimumLives lives,
      Retention retention) {
    this.heads = heads;
    this.lives = lives;
    this.compaction = new Compaction(store, reader, heads);
    this.sweeper = new RetentionSweeper(store, heads, retention);
    this.lastTime = new LastKnownTime(store);
    this.emptyHeads = new EmptyHeadCleanup(store, reader, heads, retention);
  }

  /** Queues the compaction of an ended run, which is recorded on the disk under this key. */
  void compactLater(byte[] key) {
    compaction.add(key);
  }

  /** Queues a thread that exceeds the retention, unless compaction makes it small enough. */
  void trimLater(ThreadKey thread) {
    if (toTrim.size() < MAX_QUEUED) {
      toTrim.add(thread);
    }
  }

  /** Clears what is not on the disk. */
  void reset() {
    compaction.reset();
    toTrim.clear();
  }

  /** Whether there is nothing to do now. */
  boolean isDone(long nowMillis) {
    return isPaused(nowMillis)
        || (compaction.isDone()
            && toTrim.isEmpty()
            && emptyHeads.isDone()
            && !lives.isDue(nowMillis)
            && !sweeper.isDue(nowMillis));
  }

  private boolean isPaused(long nowMillis) {
    // The clock may have been set back.
    return failedMillis != null && Math.abs(nowMillis - failedMillis) < PAUSE_MILLIS;
  }

  /** Does a small part of the work, unless it is done. */
  void step(long nowMillis) {
    if (isPaused(nowMillis)) {
      return;
    }
    failedMillis = null;
    try {
      lastTime.write(nowMillis);
      compaction.step();
      trim(nowMillis);
      cleanUp(nowMillis);
    } catch (RocksDBException | RuntimeException | Error e) {
      heads.discard();
      failedMillis = nowMillis;
      LOG.warn(
          "store: a step of compaction or retention failed; the next steps follow in a minute", e);
    }
  }

  private void trim(long nowMillis) throws RocksDBException {
    if (sweeper.isDue(nowMillis)) {
      sweeper.sweep(nowMillis);
    }
    if (!toTrim.isEmpty() && (compaction.isQueueEmpty() || toTrim.size() > MANY)) {
      ThreadKey thread = toTrim.iterator().next();
      toTrim.remove(thread);
      if (sweeper.trim(thread, nowMillis) == RetentionSweeper.TrimResult.MORE) {
        toTrim.add(thread);
      }
    }
  }

  private void cleanUp(long nowMillis) throws RocksDBException {
    if (lives.isDue(nowMillis)) {
      lives.sweep(nowMillis);
    }
    if (!emptyHeads.isDone()) {
      emptyHeads.step(nowMillis);
    }
  }
}
