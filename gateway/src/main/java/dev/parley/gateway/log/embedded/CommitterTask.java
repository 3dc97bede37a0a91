package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.Commit;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.Decider;
import dev.parley.gateway.log.Decision;
import dev.parley.gateway.log.Deletion;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.Moment;
import dev.parley.gateway.log.QueueBound;
import dev.parley.gateway.log.StoreWatch;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A task in the committer's queue. */
sealed interface CommitterTask {

  /** The bytes that it adds to a batch. */
  long bytes();

  /** Whether its batch must hold nothing else. */
  boolean isAlone();

  /** Releases its space in the queue. */
  void release(QueueBound bound);

  /**
   * Decides the task and adds the changes to the batch. The returned answer is to be run when the
   * batch is on the disk.
   *
   * @param share the maximum of stored bytes of a user from whom more than ends of runs is accepted
   */
  Runnable decide(BatchState state, long share, Moment now);

  void fail(LogException reason);

  /**
   * A commit.
   *
   * @param watch told when it is stored
   * @param submittedNanos the monotonic time of its submission
   */
  record CommitTask(
      Commit commit, CompletableFuture<CommitResult> stage, StoreWatch watch, long submittedNanos)
      implements CommitterTask {

    @Override
    public long bytes() {
      return commit.bytes();
    }

    @Override
    public boolean isAlone() {
      return false;
    }

    @Override
    public void release(QueueBound bound) {
      bound.release(commit);
    }

    @Override
    public Runnable decide(BatchState state, long share, Moment now) {
      Decision decision = Decider.decide(commit, state, now);
      if (decision instanceof Decision.Append append) {
        if (!commit.endsRun() && exceeds(share, state)) {
          return () -> stage.complete(new CommitResult.Overloaded());
        }
        state.add(append, now);
        return () -> stored(append);
      }
      return () -> stage.complete(decision.result());
    }

    private void stored(Decision.Append append) {
      watch.committed(System.nanoTime() - submittedNanos, append.events().size());
      if (commit.hook() != null && append.hook() == null) {
        watch.hookDropped();
      }
      stage.complete(append.result());
    }

    private boolean exceeds(long share, BatchState state) {
      return share != DiskGauge.UNLIMITED && state.usage(commit.thread().user()).bytes() > share;
    }

    @Override
    public void fail(LogException reason) {
      stage.completeExceptionally(reason);
    }
  }

  /** Deletes something in the state of the current batch. */
  interface DeletionAction {
    Deletion apply(BatchState state, long nowMillis);
  }

  /**
   * A deletion.
   *
   * @param isAlone whether it reads the disk, so that everything before it must be written first
   */
  record DeletionTask(DeletionAction action, boolean isAlone, CompletableFuture<Deletion> stage)
      implements CommitterTask {

    /**
     * Each deletion reads what there is to delete while commits wait, so a batch holds few of them.
     */
    static final int MAX_IN_BATCH = 16;

    @Override
    public long bytes() {
      return CommitQueue.BATCH_BYTES / MAX_IN_BATCH;
    }

    @Override
    public void release(QueueBound bound) {
      bound.releaseCall();
    }

    @Override
    public Runnable decide(BatchState state, long share, Moment now) {
      Deletion deletion = action.apply(state, now.latestMillis());
      return () -> stage.complete(deletion);
    }

    @Override
    public void fail(LogException reason) {
      stage.completeExceptionally(reason);
    }
  }

  /** Decides on inboxes, broadcasts or web hooks in the state of the current batch. */
  interface InboxAction<T> {
    T apply(BatchState state, Moment now);
  }

  /**
   * A change of inboxes, broadcasts or web hooks.
   *
   * @param bytes what it adds to the batch, roughly
   * @param isRemoval whether it only removes something
   */
  record InboxTask<T>(
      InboxAction<T> action, long bytes, boolean isRemoval, CompletableFuture<T> stage)
      implements CommitterTask {

    @Override
    public boolean isAlone() {
      return false;
    }

    @Override
    public void release(QueueBound bound) {
      bound.releaseInbox(bytes);
    }

    @Override
    public Runnable decide(BatchState state, long share, Moment now) {
      if (share != DiskGauge.UNLIMITED && !isRemoval) {
        throw new LogException("disk: nearly full (expected: free space for inboxes)");
      }
      T result = action.apply(state, now);
      return () -> stage.complete(result);
    }

    @Override
    public void fail(LogException reason) {
      stage.completeExceptionally(reason);
    }
  }

  /** A change of the audit log or of revocations, in the state of the current batch. */
  record SmallTask(Consumer<BatchState> action, CompletableFuture<Void> stage)
      implements CommitterTask {

    /** The bytes of a record, roughly. */
    private static final long RECORD = 1024;

    @Override
    public long bytes() {
      return RECORD;
    }

    @Override
    public boolean isAlone() {
      return false;
    }

    @Override
    public void release(QueueBound bound) {
      bound.releaseCall();
    }

    @Override
    public Runnable decide(BatchState state, long share, Moment now) {
      action.accept(state);
      return () -> stage.complete(null);
    }

    @Override
    public void fail(LogException reason) {
      stage.completeExceptionally(reason);
    }
  }

  /** Does nothing: it wakes a committer that waits for a task when the queue is closed. */
  record Wake() implements CommitterTask {
    @Override
    public long bytes() {
      return 0;
    }

    @Override
    public boolean isAlone() {
      return false;
    }

    @Override
    public void release(QueueBound bound) {}

    @Override
    public Runnable decide(BatchState state, long share, Moment now) {
      return () -> {};
    }

    @Override
    public void fail(LogException reason) {}
  }
}
