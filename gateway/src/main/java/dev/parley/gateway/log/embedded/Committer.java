package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.ExpiryClock;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.Moment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that decides commits. It takes all queued tasks, decides each in order, writes one
 * synced batch, and only then completes the stages. Between batches it does a step of maintenance.
 * After a failed write it reopens the store and checks there whether the batch was written:
 * retrying on the same handle could hide a loss. Commits wait meanwhile.
 */
final class Committer implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Committer.class);

  private final CommitQueue queue;
  private final BatchState state;
  private final Disk disk;
  private final ExpiryClock clock;

  Committer(CommitQueue queue, BatchState state, Disk disk, ExpiryClock clock) {
    this.queue = queue;
    this.state = state;
    this.disk = disk;
    this.clock = clock;
  }

  /** Runs until the queue is closed and empty. */
  @Override
  public void run() {
    List<CommitterTask> batch = new ArrayList<>();
    LogException broken = null;
    try (state) {
      while (queue.take(batch, broken != null || state.maintenance().isDone(settledMillis()))) {
        broken = broken == null ? commit(batch) : fail(batch, broken);
        batch.clear();
        if (broken == null) {
          state.maintenance().step(settledMillis());
        }
      }
    }
  }

  private long settledMillis() {
    return clock.now().settledMillis();
  }

  /** Returns the reason when nothing can be committed any more. */
  private @Nullable LogException commit(List<CommitterTask> batch) {
    List<Runnable> answers;
    try {
      answers = commitUntilWritten(batch);
    } catch (LogException closed) {
      queue.close(closed);
      return fail(batch, closed);
    } catch (RuntimeException | Error fault) {
      LOG.error("Deciding {} commits failed; none of them is stored", batch.size(), fault);
      state.reset();
      fail(batch, new LogException("log: commit failed: " + fault, fault));
      return null;
    }
    queue.release(batch);
    answers.forEach(Runnable::run);
    return null;
  }

  /** Decides the batch and writes it, until it is on the disk. */
  private List<Runnable> commitUntilWritten(List<CommitterTask> batch) {
    List<Runnable> answers = decide(batch);
    while (!write()) {
      answers = decide(batch);
    }
    return answers;
  }

  private boolean write() {
    try {
      if (!state.isEmpty()) {
        disk.write(state.batch());
      }
      state.written();
      return true;
    } catch (RuntimeException | Error e) {
      return isWrittenAfterReopening(
          e instanceof LogException known ? known : new LogException("log: write failed: " + e, e));
    }
  }

  /**
   * Reopens the store and checks whether the batch is in it.
   *
   * @throws LogException when the log is closed before that is known
   */
  private boolean isWrittenAfterReopening(LogException failure) {
    LogException why = failure;
    while (disk.reopen(why)) {
      try {
        boolean written = state.isOnDisk();
        state.reset();
        return written;
      } catch (LogException e) {
        why = e;
      }
    }
    throw new LogException(
        "log: closed by a failed write (expected: open): " + why.getMessage(), why);
  }

  private LogException fail(List<CommitterTask> batch, LogException broken) {
    queue.release(batch);
    batch.forEach(waiting -> waiting.fail(broken));
    return broken;
  }

  private List<Runnable> decide(List<CommitterTask> batch) {
    List<Runnable> answers = new ArrayList<>(batch.size());
    long share = disk.share();
    Moment now = clock.now();
    for (CommitterTask waiting : batch) {
      answers.add(decide(waiting, share, now));
    }
    return answers;
  }

  /** A task that cannot be decided, because of a damaged record for example, fails alone. */
  private Runnable decide(CommitterTask waiting, long share, Moment now) {
    try {
      return waiting.decide(state, share, now);
    } catch (LogException e) {
      return () -> waiting.fail(e);
    }
  }
}
