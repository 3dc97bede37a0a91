package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.Moment;
import dev.parley.gateway.log.ExpiryClock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that decides: takes all that waits, decides each in order, writes once, synced,
 * and only then completes the stages; in between it does a little of the chores. After a failed
 * write it has the log opened anew and finds out there what became of that write: a second try on
 * the same handle could hide its loss. Commits wait meanwhile.
 */
final class Committer implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Committer.class);

  private final CommitQueue queue;
  private final BatchState state;
  private final Disk disk;
  private final ExpiryClock time;

  Committer(CommitQueue queue, BatchState state, Disk disk, ExpiryClock time) {
    this.queue = queue;
    this.state = state;
    this.disk = disk;
    this.time = time;
  }

  /** Works until the queue is closed and empty. */
  @Override
  public void run() {
    List<CommitterTask> batch = new ArrayList<>();
    LogException broken = null;
    try (state) {
      while (queue.take(batch, broken != null || state.maintenance().isDone(settled()))) {
        broken = broken == null ? commit(batch) : fail(batch, broken);
        batch.clear();
        if (broken == null) {
          state.maintenance().step(settled());
        }
      }
    }
  }

  private long settled() {
    return time.now().settledMillis();
  }

  /** Answers why nothing can be committed any more, when that is so. */
  private @Nullable LogException commit(List<CommitterTask> batch) {
    List<Runnable> answers;
    try {
      answers = settle(batch);
    } catch (LogException closed) {
      queue.close(closed);
      return fail(batch, closed);
    } catch (RuntimeException | Error fault) {
      LOG.error(
          "The log failed to decide {} commits; nothing of them is kept", batch.size(), fault);
      state.forget();
      fail(batch, new LogException("log: commit failed: " + fault, fault));
      return null;
    }
    queue.release(batch);
    answers.forEach(Runnable::run);
    return null;
  }

  /** Decides until what was decided is on the disk. */
  private List<Runnable> settle(List<CommitterTask> batch) {
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
      return isWrittenAfterAll(
          e instanceof LogException known ? known : new LogException("log: write failed: " + e, e));
    }
  }

  /**
   * Has the log opened anew and looks there.
   *
   * @throws LogException when the log is closed before that is known
   */
  private boolean isWrittenAfterAll(LogException failure) {
    LogException why = failure;
    while (disk.reopen(why)) {
      try {
        boolean written = state.isOnDisk();
        state.forget();
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
    Moment now = time.now();
    for (CommitterTask waiting : batch) {
      answers.add(decide(waiting, share, now));
    }
    return answers;
  }

  /** What cannot be decided, for a damaged record say, fails alone. */
  private Runnable decide(CommitterTask waiting, long share, Moment now) {
    try {
      return waiting.decide(state, share, now);
    } catch (LogException e) {
      return () -> waiting.fail(e);
    }
  }
}
