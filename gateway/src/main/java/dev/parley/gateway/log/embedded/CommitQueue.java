package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.Commit;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.Deletion;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.QueueBound;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Commits and wishes to forget on their way to the committer. Any thread submits, the committer
 * alone takes.
 */
final class CommitQueue {

  /** What one write may hold, so that a full queue becomes several. */
  static final long BATCH_BYTES = 8L << 20;

  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final QueueBound bound;

  /** What was submitted since the committer looked last. */
  private Deque<Waiting> waiting = new ArrayDeque<>();

  /** What the committer has taken over but not yet put into a write; the committer's alone. */
  private Deque<Waiting> taken = new ArrayDeque<>();

  private @Nullable LogException closed;

  CommitQueue(QueueBound bound) {
    this.bound = bound;
  }

  CompletionStage<CommitResult> submit(Commit commit) {
    lock.lock();
    try {
      if (closed != null) {
        return CompletableFuture.failedStage(closed);
      }
      if (!bound.tryTake(commit)) {
        return CompletableFuture.completedStage(new CommitResult.Overloaded());
      }
      CompletableFuture<CommitResult> stage = new CompletableFuture<>();
      waiting.add(new Waiting.Submitted(commit, stage));
      changed.signal();
      return stage;
    } finally {
      lock.unlock();
    }
  }

  /** What the wish makes of the pending state is done in the order of commits, in its own write. */
  CompletionStage<Deletion> submit(Function<Pending, Deletion> wish) {
    lock.lock();
    try {
      if (closed != null) {
        return CompletableFuture.failedStage(closed);
      }
      if (!bound.tryTakeCall()) {
        return CompletableFuture.failedStage(
            new LogException("log: its queue is full (expected: room)"));
      }
      CompletableFuture<Deletion> stage = new CompletableFuture<>();
      waiting.add(new Waiting.Forgetting(wish, stage));
      changed.signal();
      return stage;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes what fits one write, at least one if any waits.
   *
   * @param idle whether to wait a minute at most for something to take
   * @return false when the queue is closed and empty
   */
  boolean take(List<Waiting> batch, boolean idle) {
    boolean open = !taken.isEmpty() || takeOver(idle);
    long bytes = 0;
    Waiting next = taken.peek();
    while (next != null && (batch.isEmpty() || fits(batch, bytes, next))) {
      bytes += next.bytes();
      batch.add(taken.remove());
      next = taken.peek();
    }
    return open || !batch.isEmpty();
  }

  /** Takes all that waits, in an instant: who submits hardly ever waits for the lock. */
  private boolean takeOver(boolean idle) {
    lock.lock();
    try {
      if (idle) {
        awaitChange();
      }
      Deque<Waiting> empty = taken;
      taken = waiting;
      waiting = empty;
      return closed == null;
    } finally {
      lock.unlock();
    }
  }

  private void awaitChange() {
    try {
      long left = PATIENCE_NANOS;
      while (waiting.isEmpty() && closed == null && left > 0) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      throw new LogException("log: its committer was interrupted (expected: nobody does)", e);
    }
  }

  private static boolean fits(List<Waiting> batch, long bytes, Waiting next) {
    return !next.isAlone() && !batch.get(0).isAlone() && bytes + next.bytes() <= BATCH_BYTES;
  }

  /** Frees the places of what was taken and is decided. */
  void release(List<Waiting> batch) {
    batch.forEach(done -> done.release(bound));
  }

  /** Takes nothing more in; what waits stays. The first reason stands. */
  void close(LogException reason) {
    lock.lock();
    try {
      if (closed == null) {
        closed = reason;
      }
      changed.signal();
    } finally {
      lock.unlock();
    }
  }
}
