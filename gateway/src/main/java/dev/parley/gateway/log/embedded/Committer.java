package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.LogException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that decides: takes all that waits, decides each in order, writes once, synced,
 * and only then completes the stages. After a failed write it writes nothing more: what became of
 * that write is not known, and a second try could hide its loss.
 */
final class Committer implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Committer.class);

  private final CommitQueue queue;
  private final Pending pending;
  private final Consumer<WriteBatch> disk;
  private final Clock clock;

  /** A committer that writes its batches to the disk given, which throws when it cannot. */
  Committer(CommitQueue queue, Pending pending, Consumer<WriteBatch> disk, Clock clock) {
    this.queue = queue;
    this.pending = pending;
    this.disk = disk;
    this.clock = clock;
  }

  /** Works until the queue is closed and empty. */
  @Override
  public void run() {
    List<Waiting> batch = new ArrayList<>();
    LogException broken = null;
    try (pending) {
      while (queue.take(batch)) {
        broken = broken == null ? commit(batch) : fail(batch, broken);
        batch.clear();
      }
    }
  }

  private @Nullable LogException commit(List<Waiting> batch) {
    List<Runnable> answers;
    try {
      answers = decide(batch);
      if (!pending.isEmpty()) {
        disk.accept(pending.batch());
      }
      pending.written();
    } catch (RuntimeException | Error e) {
      LOG.error("The log failed to write and takes no more commits until it is opened anew", e);
      LogException broken =
          new LogException("log: closed by a failed write (expected: open): " + e.getMessage(), e);
      queue.close(broken);
      return fail(batch, broken);
    }
    queue.release(batch);
    answers.forEach(Runnable::run);
    return null;
  }

  private LogException fail(List<Waiting> batch, LogException broken) {
    queue.release(batch);
    batch.forEach(waiting -> waiting.fail(broken));
    return broken;
  }

  private List<Runnable> decide(List<Waiting> batch) {
    List<Runnable> answers = new ArrayList<>(batch.size());
    long now = clock.millis();
    for (Waiting waiting : batch) {
      answers.add(decide(waiting, now));
    }
    return answers;
  }

  /** What cannot be decided, for a damaged record say, fails alone. */
  private Runnable decide(Waiting waiting, long now) {
    try {
      return waiting.decide(pending, now);
    } catch (LogException e) {
      return () -> waiting.fail(e);
    }
  }
}
