package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.Commit;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.Decider;
import dev.parley.gateway.log.Decision;
import dev.parley.gateway.log.Deletion;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.QueueBound;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** What waits for the committer. */
sealed interface Waiting {

  /** The bytes that it adds to a write. */
  long bytes();

  /** Whether its write holds nothing else. */
  boolean isAlone();

  /** Gives the place that it took in the queue. */
  void release(QueueBound bound);

  /**
   * Decides and adds what follows to the write; the answer is to be given once that is done.
   *
   * @param low whether there is room for nothing but ends of runs
   */
  Runnable decide(Pending pending, boolean low, long nowMillis);

  void fail(LogException reason);

  /** A commit. */
  record Submitted(Commit commit, CompletableFuture<CommitResult> stage) implements Waiting {

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
    public Runnable decide(Pending pending, boolean low, long nowMillis) {
      Decision decision = Decider.decide(commit, pending, nowMillis);
      if (decision instanceof Decision.Append append) {
        if (low && !commit.endsRun()) {
          return () -> stage.complete(new CommitResult.Overloaded());
        }
        pending.add(append);
      }
      return () -> stage.complete(decision.result());
    }

    @Override
    public void fail(LogException reason) {
      stage.completeExceptionally(reason);
    }
  }

  /** A wish to forget; it looks at the disk, so all that came before must be there. */
  record Forgetting(Function<Pending, Deletion> wish, CompletableFuture<Deletion> stage)
      implements Waiting {

    @Override
    public long bytes() {
      return 0;
    }

    @Override
    public boolean isAlone() {
      return true;
    }

    @Override
    public void release(QueueBound bound) {
      bound.releaseCall();
    }

    @Override
    public Runnable decide(Pending pending, boolean low, long nowMillis) {
      Deletion deletion = wish.apply(pending);
      return () -> stage.complete(deletion);
    }

    @Override
    public void fail(LogException reason) {
      stage.completeExceptionally(reason);
    }
  }
}
