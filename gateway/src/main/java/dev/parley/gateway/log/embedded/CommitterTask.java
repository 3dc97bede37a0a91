package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.Commit;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.Decider;
import dev.parley.gateway.log.Decision;
import dev.parley.gateway.log.Deletion;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.Moment;
import dev.parley.gateway.log.QueueBound;
import java.util.concurrent.CompletableFuture;

/** What waits for the committer. */
sealed interface CommitterTask {

  /** The bytes that it adds to a write. */
  long bytes();

  /** Whether its write holds nothing else. */
  boolean isAlone();

  /** Gives the place that it took in the queue. */
  void release(QueueBound bound);

  /**
   * Decides and adds what follows to the write; the answer is to be given once that is done.
   *
   * @param share the most bytes that a user may store of whom more than ends of runs is taken
   */
  Runnable decide(BatchState state, long share, Moment now);

  void fail(LogException reason);

  /** A commit. */
  record CommitTask(Commit commit, CompletableFuture<CommitResult> stage) implements CommitterTask {

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
        if (!commit.endsRun() && isBeyond(share, state)) {
          return () -> stage.complete(new CommitResult.Overloaded());
        }
        state.add(append, now);
      }
      return () -> stage.complete(decision.result());
    }

    private boolean isBeyond(long share, BatchState state) {
      return share != DiskGauge.UNLIMITED && state.usage(commit.thread().user()).bytes() > share;
    }

    @Override
    public void fail(LogException reason) {
      stage.completeExceptionally(reason);
    }
  }

  /** What is made of the pending state when somebody wishes to forget. */
  interface DeletionAction {
    Deletion carryOut(BatchState state, long nowMillis);
  }

  /**
   * A wish to forget.
   *
   * @param isAlone whether it looks at the disk, so that all that came before must be there
   */
  record DeletionTask(DeletionAction wish, boolean isAlone, CompletableFuture<Deletion> stage)
      implements CommitterTask {

    /** A write holds few of them: each reads what there is to forget, and others wait for that. */
    static final int MAX_IN_A_WRITE = 16;

    @Override
    public long bytes() {
      return CommitQueue.BATCH_BYTES / MAX_IN_A_WRITE;
    }

    @Override
    public void release(QueueBound bound) {
      bound.releaseCall();
    }

    @Override
    public Runnable decide(BatchState state, long share, Moment now) {
      Deletion deletion = wish.carryOut(state, now.latestMillis());
      return () -> stage.complete(deletion);
    }

    @Override
    public void fail(LogException reason) {
      stage.completeExceptionally(reason);
    }
  }
}
