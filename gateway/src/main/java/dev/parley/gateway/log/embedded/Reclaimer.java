package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.DiskSpace;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.LogExecutor;
import dev.parley.gateway.log.Usage;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the room of what was dropped back to a disk that is short of it: writes the buffers to
 * tables, so that the write-ahead log can go, and compacts what there is of users of whom something
 * was dropped. Is looked at on the committer's thread and works on {@code log-reclaimer-1}, beside
 * commits.
 */
final class Reclaimer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Reclaimer.class);

  /** How many users one turn concerns. */
  private static final int USERS = 16;

  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(15);
  private static final long REOPENING_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long MUCH = 256 << 10;

  /** What of a user the room is worth giving back. */
  private static final List<ColumnFamily> LARGE =
      List.of(ColumnFamily.EVENTS, ColumnFamily.SEGMENTS, ColumnFamily.RUNS);

  private final RocksStore store;
  private final FreedBytes freed;
  private final LongSupplier nanoClock;
  private final LogExecutor executor = LogExecutor.pool("log-reclaimer", 1, 1);
  private DiskSpace before = DiskSpace.PLENTY;
  private long lastNanos;
  private volatile long pauseNanos = PAUSE_NANOS;
  private volatile List<UserId> left = List.of();
  private volatile boolean working;
  private volatile boolean stuck;
  private long reopenedNanos;

  /** The clock counts nanoseconds from anywhere. */
  Reclaimer(RocksStore store, FreedBytes freed, LongSupplier nanoClock) {
    this.store = store;
    this.freed = freed;
    this.nanoClock = nanoClock;
    this.lastNanos = nanoClock.getAsLong() - PAUSE_NANOS;
    this.reopenedNanos = nanoClock.getAsLong() - REOPENING_NANOS;
  }

  /** Begins a turn if there is too little room, and something to give back. */
  void look(DiskSpace room) {
    boolean isWorse = room.compareTo(before) > 0;
    if (room == DiskSpace.PLENTY) {
      before = room;
    } else if (!working && (isWorse || isDue())) {
      before = room;
      work();
    }
  }

  /** Much at once, little after a while: each turn writes tables again. */
  private boolean isDue() {
    long rested = nanoClock.getAsLong() - lastNanos;
    boolean isSomethingLeft = !freed.isEmpty() || !left.isEmpty();
    return isSomethingLeft
        && (rested >= LONGEST_PAUSE_NANOS || (rested >= pauseNanos && freed.bytes() >= MUCH));
  }

  private void work() {
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

  /** What fails is tried again later. */
  private void reclaim(Deque<UserId> users, long dropped) {
    pauseNanos = LONGEST_PAUSE_NANOS;
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
      LOG.info("store: {} bytes of its disk are free, {} before it was compacted", free(), before);
      pauseNanos = PAUSE_NANOS;
    } catch (LogException e) {
      LOG.warn("store: cannot be compacted now: {}", e.getMessage());
      stuck = !users.isEmpty();
    }
    left = List.copyOf(users);
  }

  /**
   * Whether the store is to be opened again first: after a compaction of its own that ran out of
   * room RocksDB refuses others, also those that need none. Once a minute at most.
   */
  boolean wantsReopening() {
    long now = nanoClock.getAsLong();
    if (working || !stuck || now - reopenedNanos < REOPENING_NANOS) {
      return false;
    }
    stuck = false;
    reopenedNanos = now;
    lastNanos = now - LONGEST_PAUSE_NANOS;
    return true;
  }

  private long free() {
    return store.folder().usableBytes();
  }

  /** What is kept of a user is written once more before the room of the old tables is free. */
  private boolean isCompactable(UserId user) {
    Usage usage =
        store.get(ColumnFamily.USAGE, Keys.user(user)).map(Values::usage).orElse(Usage.NONE);
    return usage.bytes() < free();
  }

  private void compact(UserId user) {
    byte[] prefix = Keys.user(user);
    for (ColumnFamily family : LARGE) {
      store.compact(family, prefix, Keys.afterPrefix(prefix));
    }
  }

  /** Stops what it does. Blocks. */
  @Override
  public void close() {
    store.stopCompacting();
    executor.close();
  }
}
