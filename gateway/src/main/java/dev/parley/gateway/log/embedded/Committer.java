package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.Moment;
import dev.parley.gateway.log.SteadyTime;
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
  private final Pending pending;
  private final Disk disk;
  private final SteadyTime time;

  Committer(CommitQueue queue, Pending pending, Disk disk, SteadyTime time) {
    this.queue = queue;
    this.pending = pending;
    this.disk = disk;
    this.time = time;
  }

  /** Works until the queue is closed and empty. */
  @Override
  public void run() {
    List<Waiting> batch = new ArrayList<>();
    LogException broken = null;
    try (pending) {
      while (queue.take(batch, broken != null || pending.chores().isDone(settled()))) {
        broken = broken == null ? commit(batch) : fail(batch, broken);
        batch.clear();
        if (broken == null) {
          pending.chores().step(settled());
        }
      }
    }
  }

  private long settled() {
    return time.now().settledMillis();
  }

  /** Answers why nothing can be committed any more, when that is so. */
  private @Nullable LogException commit(List<Waiting> batch) {
    List<Runnable> answers;
    try {
      answers = settle(batch);
    } catch (LogException closed) {
      queue.close(closed);
      return fail(batch, closed);
    } catch (RuntimeException | Error fault) {
      LOG.error(
          "The log failed to decide {} commits; nothing of them is kept", batch.size(), fault);
      pending.forget();
      fail(batch, new LogException("log: commit failed: " + fault, fault));
      return null;
    }
    queue.release(batch);
    answers.forEach(Runnable::run);
    return null;
  }

  /** Decides until what was decided is on the disk. */
  private List<Runnable> settle(List<Waiting> batch) {
    List<Runnable> answers = decide(batch);
    while (!write()) {
      answers = decide(batch);
    }
    return answers;
  }

  private boolean write() {
    try {
      if (!pending.isEmpty()) {
        disk.write(pending.batch());
      }
      pending.written();
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
        boolean written = pending.isOnDisk();
        pending.forget();
        return written;
      } catch (LogException e) {
        why = e;
      }
    }
    throw new LogException(
        "log: closed by a failed write (expected: open): " + why.getMessage(), why);
  }

  private LogException fail(List<Waiting> batch, LogException broken) {
    queue.release(batch);
    batch.forEach(waiting -> waiting.fail(broken));
    return broken;
  }

  private List<Runnable> decide(List<Waiting> batch) {
    List<Runnable> answers = new ArrayList<>(batch.size());
    long share = disk.share();
    Moment now = time.now();
    for (Waiting waiting : batch) {
      answers.add(decide(waiting, share, now));
    }
    return answers;
  }

  /** What cannot be decided, for a damaged record say, fails alone. */
  private Runnable decide(Waiting waiting, long share, Moment now) {
    try {
      return waiting.decide(pending, share, now);
    } catch (LogException e) {
      return () -> waiting.fail(e);
    }
  }
}
