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
 * Commits and deletions on their way to the committer. Any thread submits, without waiting for
 * another thread. Only the committer takes.
 */
final class CommitQueue {

  /** The maximum of bytes in one write; a full queue becomes several writes. */
  static final long BATCH_BYTES = 8L << 20;

  private static final long MAX_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final HandoffQueue<CommitterTask> waiting = new HandoffQueue<>();
  private final QueueBound bound;

  /**
   * Tasks that the committer has taken from the queue and not yet put in a batch. On the
   * committer's thread only.
   */
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

  /** Queues a deletion, decided in the order of commits and written in a batch with them. */
  CompletionStage<Deletion> submit(CommitterTask.DeletionAction action) {
    return submit(action, false);
  }

  /** Queues a deletion that gets a batch of its own, after everything before it is on the disk. */
  CompletionStage<Deletion> submitAlone(CommitterTask.DeletionAction action) {
    return submit(action, true);
  }

  private CompletionStage<Deletion> submit(CommitterTask.DeletionAction action, boolean alone) {
    if (waiting.isClosed()) {
      return CompletableFuture.failedStage(closed.get());
    }
    if (!bound.tryTakeCall()) {
      return CompletableFuture.failedStage(
          new LogException("log: commit queue is full (expected: free space)"));
    }
    CompletableFuture<Deletion> stage = new CompletableFuture<>();
    return submit(new CommitterTask.DeletionTask(action, alone, stage), stage);
  }

  private <T> CompletionStage<T> submit(CommitterTask next, CompletableFuture<T> stage) {
    if (waiting.add(next)) {
      return stage;
    }
    next.release(bound);
    return CompletableFuture.failedStage(closed.get());
  }

  /**
   * Takes the tasks of one batch, at least one if any is queued.
   *
   * @param idle whether to wait at most one second for a task; the disk is checked that often
   * @return false when the queue is closed and empty
   */
  boolean take(List<CommitterTask> batch, boolean idle) {
    boolean open = !taken.isEmpty() || takeAll(idle);
    long bytes = 0;
    CommitterTask next = taken.peek();
    while (next != null && (batch.isEmpty() || fits(batch, bytes, next))) {
      bytes += next.bytes();
      batch.add(taken.remove());
      next = taken.peek();
    }
    return open || !batch.isEmpty();
  }

  private boolean takeAll(boolean idle) {
    if (idle) {
      waiting.await(MAX_WAIT_NANOS);
      if (Thread.interrupted()) {
        throw new LogException("log: committer was interrupted (expected: no interrupt)");
      }
    }
    return waiting.takeAll(taken);
  }

  private static boolean fits(List<CommitterTask> batch, long bytes, CommitterTask next) {
    return !next.isAlone() && !batch.get(0).isAlone() && bytes + next.bytes() <= BATCH_BYTES;
  }

  /** Releases the queue space of a decided batch. */
  void release(List<CommitterTask> batch) {
    batch.forEach(done -> done.release(bound));
  }

  /** Refuses new tasks; queued tasks stay. The reason of the first call is reported. */
  void close(LogException reason) {
    closed.compareAndSet(null, reason);
    waiting.close();
  }
}
