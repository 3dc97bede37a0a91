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
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Commits and wishes to forget on their way to the committer. Any thread submits, without ever
 * waiting for another; the committer alone takes.
 */
final class CommitQueue {

  /** What one write may hold, so that a full queue becomes several. */
  static final long BATCH_BYTES = 8L << 20;

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final HandoffQueue<CommitterTask> waiting = new HandoffQueue<>();
  private final QueueBound bound;

  /** What the committer has taken over but not yet put into a write; the committer's alone. */
  private final Deque<CommitterTask> taken = new ArrayDeque<>();

  private final AtomicReference<@Nullable LogException> closed = new AtomicReference<>();

  CommitQueue(QueueBound bound) {
    this.bound = bound;
  }

  CompletionStage<CommitResult> submit(Commit commit) {
    if (waiting.isClosed()) {
      return CompletableFuture.failedStage(closed.get());
    }
    if (!bound.tryTake(commit)) {
      return CompletableFuture.completedStage(new CommitResult.Overloaded());
    }
    CompletableFuture<CommitResult> stage = new CompletableFuture<>();
    return submit(new CommitterTask.CommitTask(commit, stage), stage);
  }

  /** A wish to forget, carried out in the order of commits and written with them. */
  CompletionStage<Deletion> submit(CommitterTask.DeletionAction wish) {
    return submit(wish, false);
  }

  /** The same in a write of its own, when all that came before is on the disk. */
  CompletionStage<Deletion> submitAlone(CommitterTask.DeletionAction wish) {
    return submit(wish, true);
  }

  private CompletionStage<Deletion> submit(CommitterTask.DeletionAction wish, boolean alone) {
    if (waiting.isClosed()) {
      return CompletableFuture.failedStage(closed.get());
    }
    if (!bound.tryTakeCall()) {
      return CompletableFuture.failedStage(
          new LogException("log: its queue is full (expected: room)"));
    }
    CompletableFuture<Deletion> stage = new CompletableFuture<>();
    return submit(new CommitterTask.DeletionTask(wish, alone, stage), stage);
  }

  private <T> CompletionStage<T> submit(CommitterTask next, CompletableFuture<T> stage) {
    if (waiting.add(next)) {
      return stage;
    }
    next.release(bound);
    return CompletableFuture.failedStage(closed.get());
  }

  /**
   * Takes what fits one write, at least one if any waits.
   *
   * @param idle whether to wait a second at most for something to take: how the disk fares is
   *     looked at that often
   * @return false when the queue is closed and empty
   */
  boolean take(List<CommitterTask> batch, boolean idle) {
    boolean open = !taken.isEmpty() || takeOver(idle);
    long bytes = 0;
    CommitterTask next = taken.peek();
    while (next != null && (batch.isEmpty() || fits(batch, bytes, next))) {
      bytes += next.bytes();
      batch.add(taken.remove());
      next = taken.peek();
    }
    return open || !batch.isEmpty();
  }

  private boolean takeOver(boolean idle) {
    if (idle) {
      waiting.await(PATIENCE_NANOS);
      if (Thread.interrupted()) {
        throw new LogException("log: its committer was interrupted (expected: nobody does)");
      }
    }
    return waiting.takeAll(taken);
  }

  private static boolean fits(List<CommitterTask> batch, long bytes, CommitterTask next) {
    return !next.isAlone() && !batch.get(0).isAlone() && bytes + next.bytes() <= BATCH_BYTES;
  }

  /** Frees the places of what was taken and is decided. */
  void release(List<CommitterTask> batch) {
    batch.forEach(done -> done.release(bound));
  }

  /** Takes nothing more in; what waits stays. The first reason stands. */
  void close(LogException reason) {
    closed.compareAndSet(null, reason);
    waiting.close();
  }
}
