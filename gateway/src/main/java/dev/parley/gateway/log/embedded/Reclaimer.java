package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.DiskSpace;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.LogExecutor;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reclaims disk space of deleted records when the disk is short of space. It writes buffers to
 * tables, so that the write-ahead log can be deleted, and compacts the tables of users with deleted
 * records. Called on the committer's thread; works on {@code log-reclaimer-1} while commits
 * continue.
 */
final class Reclaimer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Reclaimer.class);

  /** The maximum of users per round. */
  private static final int USERS = 16;

  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long MAX_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(15);
  private static final long REOPENING_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long MANY_BYTES = 256 << 10;

  /** The families of a user that are worth compacting. */
  private static final List<ColumnFamily> LARGE_FAMILIES =
      List.of(ColumnFamily.EVENTS, ColumnFamily.SEGMENTS, ColumnFamily.RUNS);

  private final RocksStore store;
  private final FreedBytes freed;
  private final Function<UserId, CountedUsage> usage;
  private final LongSupplier nanoClock;
  private final LogExecutor executor = LogExecutor.pool("log-reclaimer", 1, 1);
  private DiskSpace before = DiskSpace.PLENTY;
  private long lastNanos;
  private volatile long pauseNanos = PAUSE_NANOS;
  private volatile List<UserId> left = List.of();
  private volatile boolean working;
  private volatile boolean stuck;
  private long reopenedNanos;

  /**
   * Reclaims the freed bytes.
   *
   * @param usage reads a user's usage
   * @param nanoClock a monotonic clock in nanoseconds
   */
  Reclaimer(
      RocksStore store,
      FreedBytes freed,
      Function<UserId, CountedUsage> usage,
      LongSupplier nanoClock) {
    this.store = store;
    this.usage = usage;
    this.freed = freed;
    this.nanoClock = nanoClock;
    this.lastNanos = nanoClock.getAsLong() - PAUSE_NANOS;
    this.reopenedNanos = nanoClock.getAsLong() - REOPENING_NANOS;
  }

  /** Starts a round if the disk is short of space and there is something to reclaim. */
  void check(DiskSpace space) {
    boolean isWorse = space.compareTo(before) > 0;
    if (space == DiskSpace.PLENTY) {
      before = space;
      store.enableCompactions();
    } else if (!working && (isWorse || isDue())) {
      before = space;
      start();
    }
  }

  /** Soon for many bytes, later for few: each round rewrites tables. */
  private boolean isDue() {
    long rested = nanoClock.getAsLong() - lastNanos;
    boolean isSomethingLeft = !freed.isEmpty() || !left.isEmpty();
    return isSomethingLeft
        && (rested >= MAX_PAUSE_NANOS || (rested >= pauseNanos && freed.bytes() >= MANY_BYTES));
  }

  private void start() {
    working = true;
    lastNanos = nanoClock.getAsLong();
    Deque<UserId> users = new ArrayDeque<>(left);
    users.addAll(freed.take(USERS - users.size()));
    long dropped = freed.takeBytes();
    var ignored =
        executor
            .call(
                () -> {
                  reclaim(users, dropped);
                  return true;
                })
            .whenComplete((done, failure) -> working = false);
  }

  /** A failed round is repeated later. */
  private void reclaim(Deque<UserId> users, long dropped) {
    pauseNanos = MAX_PAUSE_NANOS;
    try {
      long before = free();
      if (store.unflushed() - dropped < before) {
        store.flush();
      }
      while (!users.isEmpty()) {
        if (isCompactable(users.element())) {
          compact(users.element());
        }
        users.remove();
      }
      store.enableCompactions();
      LOG.info("store: {} bytes of its disk are free after compaction, {} before", free(), before);
      pauseNanos = PAUSE_NANOS;
    } catch (LogException e) {
      LOG.warn("store: cannot be compacted now: {}", e.getMessage());
      stuck = true;
    }
    left = List.copyOf(users);
  }

  /**
   * Whether the store must be reopened first: after one of its own compactions ran out of space,
   * RocksDB refuses all others, even those that need no space. At most once a minute.
   */
  boolean wantsReopening() {
    long now = nanoClock.getAsLong();
    if (working || !stuck || now - reopenedNanos < REOPENING_NANOS) {
      return false;
    }
    stuck = false;
    reopenedNanos = now;
    lastNanos = now - MAX_PAUSE_NANOS;
    return true;
  }

  private long free() {
    return store.folder().usableBytes();
  }

  /**
   * Compaction writes what is left of the user again before the old tables are deleted, so that
   * must fit.
   */
  private boolean isCompactable(UserId user) {
    return usage.apply(user).total().bytes() < free();
  }

  private void compact(UserId user) {
    byte[] prefix = Keys.user(user);
    for (ColumnFamily family : LARGE_FAMILIES) {
      store.compact(family, prefix, Keys.afterPrefix(prefix));
    }
  }

  /** Stops the current round. Blocks. */
  @Override
  public void close() {
    store.stopCompacting();
    executor.close();
  }
}
