package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.Commit;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.Deletion;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.QueueBound;
import dev.parley.gateway.log.StoreWatch;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Commits, deletions and changes of inboxes on their way to the committer. Any thread submits,
 * without waiting for another thread. Only the committer takes.
 */
final class CommitQueue {

  /** The maximum of bytes in one write; a full queue becomes several writes. */
  static final long BATCH_BYTES = 8L << 20;

  /** The bytes of a change that only removes something, roughly. */
  private static final long REMOVAL = 256;

  private static final long MAX_WAIT_SECONDS = 1;

  private final LinkedTransferQueue<CommitterTask> queue = new LinkedTransferQueue<>();
  private final QueueBound bound;
  private final StoreWatch watch;
  private final AtomicReference<@Nullable LogException> closed = new AtomicReference<>();

  /** A task that was taken from the queue and did not fit the batch. The committer's alone. */
  private @Nullable CommitterTask next;

  CommitQueue(QueueBound bound) {
    this(bound, StoreWatch.NONE);
  }

  /** Tells the watch of each commit that is stored. */
  CommitQueue(QueueBound bound, StoreWatch watch) {
    this.bound = bound;
    this.watch = watch;
  }

  CompletionStage<CommitResult> submit(Commit commit) {
    LogException reason = closed.get();
    if (reason != null) {
      return CompletableFuture.failedStage(reason);
    }
    if (!bound.tryTake(commit)) {
      return CompletableFuture.completedStage(new CommitResult.Overloaded());
    }
    CompletableFuture<CommitResult> stage = new CompletableFuture<>();
    return submit(new CommitterTask.CommitTask(commit, stage, watch, System.nanoTime()), stage);
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
    LogException reason = closed.get();
    if (reason != null) {
      return CompletableFuture.failedStage(reason);
    }
    if (!bound.tryTakeCall()) {
      return CompletableFuture.failedStage(
          new LogException("log: commit queue is full (expected: free space)"));
    }
    CompletableFuture<Deletion> stage = new CompletableFuture<>();
    return submit(new CommitterTask.DeletionTask(action, alone, stage), stage);
  }

  /** Queues a change of inboxes or broadcasts of this size, written in a batch with commits. */
  <T> CompletionStage<T> submit(long bytes, CommitterTask.InboxAction<T> action) {
    return submit(bytes, false, action);
  }

  /** Queues a change that only removes something, which a full disk does not refuse. */
  <T> CompletionStage<T> submitRemoval(CommitterTask.InboxAction<T> action) {
    return submit(REMOVAL, true, action);
  }

  private <T> CompletionStage<T> submit(
      long bytes, boolean isRemoval, CommitterTask.InboxAction<T> action) {
    LogException reason = closed.get();
    if (reason != null) {
      return CompletableFuture.failedStage(reason);
    }
    if (!bound.tryTakeInbox(bytes)) {
      return CompletableFuture.failedStage(
          new LogException("log: commit queue is full (expected: free space)"));
    }
    CompletableFuture<T> stage = new CompletableFuture<>();
    return submit(new CommitterTask.InboxTask<>(action, bytes, isRemoval, stage), stage);
  }

  /**
   * Queues a change of the audit log or of revocations, or the watch of an erasure. It is small,
   * and is accepted by a nearly full disk too.
   */
  CompletionStage<Void> submitSmall(Consumer<BatchState> action) {
    LogException reason = closed.get();
    if (reason != null) {
      return CompletableFuture.failedStage(reason);
    }
    if (!bound.tryTakeCall()) {
      return CompletableFuture.failedStage(
          new LogException("log: commit queue is full (expected: free space)"));
    }
    CompletableFuture<Void> stage = new CompletableFuture<>();
    return submit(new CommitterTask.SmallTask(action, stage), stage);
  }

  private <T> CompletionStage<T> submit(CommitterTask task, CompletableFuture<T> stage) {
    queue.add(task);
    // The queue may have been closed before the task was added. Then either the committer still
    // takes the task, or it is removed here.
    LogException reason = closed.get();
    if (reason != null && queue.remove(task)) {
      task.release(bound);
      return CompletableFuture.failedStage(reason);
    }
    return stage;
  }

  /**
   * Takes the tasks of one batch, at least one if any is queued. The watch is told that the work
   * before is done, and that the next begins.
   *
   * @param idle whether to wait at most one second for a task; the disk is checked that often
   * @return false when the queue is closed and empty
   */
  boolean take(List<CommitterTask> batch, boolean idle) {
    // Read before the queue: a task added before the queue was closed must not be missed.
    boolean open = closed.get() == null;
    watch.idle();
    if (next == null) {
      next = idle && open ? await() : queue.poll();
    }
    long bytes = 0;
    while (next != null && (batch.isEmpty() || fits(batch, bytes, next))) {
      bytes += next.bytes();
      batch.add(next);
      next = queue.poll();
    }
    boolean goesOn = open || !batch.isEmpty();
    if (goesOn) {
      watch.working();
    }
    return goesOn;
  }

  private @Nullable CommitterTask await() {
    try {
      return queue.poll(MAX_WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      // The committer ends with the queue only; what waits is taken in the next turn.
      return null;
    }
  }

  private static boolean fits(List<CommitterTask> batch, long bytes, CommitterTask next) {
    return !next.isAlone() && !batch.get(0).isAlone() && bytes + next.bytes() <= BATCH_BYTES;
  }

  /** Releases the queue space of a decided batch. */
  void release(List<CommitterTask> batch) {
    batch.forEach(done -> done.release(bound));
  }

  /** Nothing is stored any more: tells the watch, and ends. On the committer's thread. */
  void lost(LogException reason) {
    try {
      watch.lost(reason);
    } finally {
      end(reason);
    }
  }

  /** Refuses new tasks, and fails those that nobody takes. On the last thread that takes. */
  void end(LogException reason) {
    closed.compareAndSet(null, reason);
    for (CommitterTask left = next != null ? next : queue.poll();
        left != null;
        left = queue.poll()) {
      left.release(bound);
      left.fail(reason);
    }
    next = null;
  }

  /** Refuses new tasks; queued tasks stay. The reason of the first call is reported. */
  void close(LogException reason) {
    if (closed.compareAndSet(null, reason)) {
      queue.add(new CommitterTask.Wake());
    }
  }
}
