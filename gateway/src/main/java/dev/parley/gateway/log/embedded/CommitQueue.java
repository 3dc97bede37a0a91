package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.Commit;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.QueueBound;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Commits on their way to the committer. Any thread submits, the committer alone takes. */
final class CommitQueue {

  /** What one write may hold, so that a full queue becomes several. */
  static final long BATCH_BYTES = 8L << 20;

  /** A commit that waits for its decision. */
  record Waiting(Commit commit, CompletableFuture<CommitResult> stage) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final QueueBound bound;
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
      waiting.add(new Waiting(commit, stage));
      changed.signal();
      return stage;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for commits and takes those that fit one write, at least one.
   *
   * @return false when the queue is closed and empty
   */
  boolean take(List<Waiting> batch) {
    lock.lock();
    try {
      while (waiting.isEmpty() && closed == null) {
        changed.awaitUninterruptibly();
      }
      long bytes = 0;
      Waiting next = waiting.peek();
      while (next != null && (batch.isEmpty() || bytes + next.commit().bytes() <= BATCH_BYTES)) {
        bytes += next.commit().bytes();
        batch.add(waiting.remove());
        next = waiting.peek();
      }
      return !batch.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Frees the places of commits that were taken and are decided. */
  void release(List<Waiting> batch) {
    batch.forEach(done -> bound.release(done.commit()));
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
