package dev.parley.gateway.log;

import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.Title;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The state of a thread's log. A thread without events has oldest 1 and head 0.
 *
 * @param oldest the lowest retained seq
 * @param head the highest seq
 * @param openRun the run that is open on the thread
 * @param lastAgent the agent of the thread's last run
 * @param lastMillis when the last event was appended, epoch milliseconds; 0 before the first event
 * @param activityMillis when a message was added, a run ended or the title was set for the last
 *     time, epoch milliseconds: threads are listed by it
 * @param queue the queued commands, the next one first
 * @param retained how much of the thread is retained
 * @param title absent before the first title
 */
public record ThreadHead(
    Epoch epoch,
    long oldest,
    long head,
    @Nullable RunId openRun,
    @Nullable AgentName lastAgent,
    long lastMillis,
    long activityMillis,
    List<QueuedMessage> queue,
    RetainedSize retained,
    @Nullable Title title) {

  public ThreadHead {
    queue = List.copyOf(queue);
  }

  /** The head of a thread that never had an event in this epoch. */
  public static ThreadHead unborn(Epoch epoch) {
    return new ThreadHead(epoch, 1, 0, null, null, 0, 0, List.of(), RetainedSize.NONE, null);
  }

  /** The same thread without its oldest segment. */
  public ThreadHead without(Segment segment) {
    RetainedSize all = segment.last() == head ? retained.closed() : retained;
    RetainedSize left = all.without(segment.records(), segment.bytes());
    return new ThreadHead(
        epoch,
        segment.last() + 1,
        head,
        openRun,
        lastAgent,
        lastMillis,
        activityMillis,
        queue,
        left,
        title);
  }

  /** The same thread with this retained size. */
  public ThreadHead withRetained(RetainedSize now) {
    return new ThreadHead(
        epoch, oldest, head, openRun, lastAgent, lastMillis, activityMillis, queue, now, title);
  }

  /** The same thread when all retained records belong to segments. */
  ThreadHead closed() {
    return withRetained(retained.closed());
  }

  /**
   * The records of an idle thread after its last segment, as a segment. Absent while a run is open.
   */
  public Optional<Segment> tail() {
    return openRun != null || retained.openRecords() == 0
        ? Optional.empty()
        : Optional.of(
            new Segment(head, retained.openRecords(), retained.openBytes(), lastMillis, null));
  }

  /** Whether nothing of the thread is retained: it has no events, or all have expired. */
  public boolean isEmpty() {
    return oldest > head && !isBusy();
  }

  /** Whether a new run must wait. */
  public boolean isBusy() {
    return openRun != null || !queue.isEmpty();
  }
}
