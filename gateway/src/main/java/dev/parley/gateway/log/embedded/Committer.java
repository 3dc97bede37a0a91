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
 * retrying on the same handle could hide a loss. Commits wait meanwhile. After any other failure it
 * goes on without what is only in memory; if it cannot, every stage fails, now and later.
 */
final class Committer implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Committer.class);

  /** From so many failures of the loop one after the other on, there is no hope. */
  private static final int MAX_FAULTS = 10;

  private final CommitQueue queue;
  private final BatchState state;
  private final Disk disk;
  private final ExpiryClock clock;
  private final List<CommitterTask> batch = new ArrayList<>();

  /** Why nothing can be committed any more. */
  private @Nullable LogException broken;

  Committer(CommitQueue queue, BatchState state, Disk disk, ExpiryClock clock) {
    this.queue = queue;
    this.state = state;
    this.disk = disk;
    this.clock = clock;
  }

  /** Runs until the queue is closed and empty. */
  @Override
  public void run() {
    try (state) {
      turnUntilClosed();
    } catch (RuntimeException | Error fault) {
      queue.lost(new LogException("log: the committer ended (expected: at work): " + fault, fault));
      LOG.error(
          "log: the committer ended: nothing is stored until the gateway is restarted", fault);
    }
  }

  private void turnUntilClosed() {
    int faults = 0;
    boolean goesOn = true;
    while (goesOn) {
      try {
        goesOn = turn();
        faults = 0;
      } catch (RuntimeException | Error fault) {
        fail(fault);
        if (++faults == MAX_FAULTS) {
          throw fault;
        }
        LOG.error("log: a turn of the committer failed; it goes on", fault);
        state.reset();
      }
    }
  }

  /** A stage that is complete already stays as it is. */
  private void fail(Throwable fault) {
    LogException reason = new LogException("log: commit failed: " + fault, fault);
    batch.forEach(waiting -> waiting.fail(reason));
    batch.clear();
  }

  /** One batch, and a step of maintenance. Returns false when the queue is closed and empty. */
  private boolean turn() {
    // Only the end of the queue ends this thread. An interrupt would fail what the turn reads.
    var ignored = Thread.interrupted();
    List<Runnable> answers;
    try {
      if (!queue.take(batch, broken != null || state.maintenance().isDone(settledMillis()))) {
        return false;
      }
      answers = commit();
    } finally {
      queue.release(batch);
    }
    for (int i = 0; i < answers.size(); i++) {
      answer(batch.get(i), answers.get(i));
    }
    batch.clear();
    if (broken == null) {
      state.maintenance().step(settledMillis());
    }
    return true;
  }

  private long settledMillis() {
    return clock.now().settledMillis();
  }

  /** Whatever one answer does, the others are given. */
  private static void answer(CommitterTask task, Runnable answer) {
    try {
      answer.run();
    } catch (RuntimeException | Error fault) {
      task.fail(new LogException("log: decided, but not answered: " + fault, fault));
    }
  }

  /** Returns the answer of each task in the batch. */
  private List<Runnable> commit() {
    if (broken != null) {
      return failures(broken);
    }
    try {
      return commitUntilWritten();
    } catch (RuntimeException | Error fault) {
      if (broken != null) {
        return failures(broken);
      }
      LOG.error("Deciding {} commits failed; none of them is stored", batch.size(), fault);
      state.reset();
      return failures(new LogException("log: commit failed: " + fault, fault));
    }
  }

  private List<Runnable> failures(LogException reason) {
    return batch.stream().<Runnable>map(waiting -> () -> waiting.fail(reason)).toList();
  }

  /** Decides the batch and writes it, until it is on the disk. */
  private List<Runnable> commitUntilWritten() {
    List<Runnable> answers = decide();
    while (!write()) {
      answers = decide();
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
      return isWrittenAfterReopening(asLogException(e));
    }
  }

  private static LogException asLogException(Throwable e) {
    return e instanceof LogException known ? known : new LogException("log: write failed: " + e, e);
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
      } catch (RuntimeException | Error e) {
        why = asLogException(e);
      }
    }
    broken =
        new LogException(
            "log: closed by a failed write (expected: open): " + why.getMessage(), why);
    queue.close(broken);
    throw broken;
  }

  private List<Runnable> decide() {
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
