package dev.parley.gateway.log;

import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.RunId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a thread's log stands. An unborn thread has oldest 1 and head 0.
 *
 * @param oldest the lowest seq that is kept
 * @param head the highest seq
 * @param openRun the run that is open on the thread
 * @param lastAgent the agent of the thread's last run
 * @param lastMillis when the last event was appended, epoch milliseconds; 0 before the first one
 * @param queue the commands that wait for their run, the next one first
 */
public record ThreadHead(
    Epoch epoch,
    long oldest,
    long head,
    @Nullable RunId openRun,
    @Nullable AgentName lastAgent,
    long lastMillis,
    List<QueuedMessage> queue,
    RetainedSize retained) {

  public ThreadHead {
    queue = List.copyOf(queue);
  }

  /** The head of a thread that nothing was appended to yet. */
  public static ThreadHead unborn(Epoch epoch) {
    return new ThreadHead(epoch, 1, 0, null, null, 0, List.of(), RetainedSize.NONE);
  }

  /** The same thread when its oldest segment is gone. */
  public ThreadHead without(Segment segment) {
    RetainedSize all = segment.last() == head ? retained.closed() : retained;
    RetainedSize left = all.without(segment.records(), segment.bytes());
    return new ThreadHead(
        epoch, segment.last() + 1, head, openRun, lastAgent, lastMillis, queue, left);
  }

  /** The same thread when what is kept of it takes so much room. */
  public ThreadHead withRetained(RetainedSize now) {
    return new ThreadHead(epoch, oldest, head, openRun, lastAgent, lastMillis, queue, now);
  }

  /** The same thread when all that is kept of it belongs to segments. */
  ThreadHead closed() {
    return withRetained(retained.closed());
  }

  /** What of an idle thread lies behind its last segment, as one: nothing while a run is open. */
  public Optional<Segment> tail() {
    return openRun != null || retained.openRecords() == 0
        ? Optional.empty()
        : Optional.of(new Segment(head, retained.openRecords(), retained.openBytes(), lastMillis, null));
  }

  /** Whether nothing is kept of the thread: it was never written to, or all has expired. */
  public boolean isEmpty() {
    return oldest > head && !isBusy();
  }

  /** Whether a new run has to wait. */
  public boolean isBusy() {
    return openRun != null || !queue.isEmpty();
  }
}
