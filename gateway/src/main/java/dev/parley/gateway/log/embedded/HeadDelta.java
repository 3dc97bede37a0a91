package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.Decision;
import dev.parley.gateway.log.RetainedSize;
import dev.parley.gateway.log.ThreadHead;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The change of a thread's head by a commit that only adds events to an open run. It is stored with
 * the last of these events, and neither the head nor the user's usage is written, so most commits
 * are one record. The stored head is valid up to its own seq; the delta gives the rest.
 *
 * @param millis when the event was appended, epoch milliseconds
 * @param retained the retained size of the thread after it
 */
record HeadDelta(long millis, RetainedSize retained) {

  /** The delta of the commit; absent when it changes more of the head or no run is open. */
  static @Nullable HeadDelta of(Decision.Append append) {
    ThreadHead before = append.before();
    ThreadHead head = append.head();
    boolean isDeltaOnly =
        head.openRun() != null
            && before.queue().equals(head.queue())
            && Objects.equals(before.openRun(), head.openRun())
            && Objects.equals(before.lastAgent(), head.lastAgent())
            && before.activityMillis() == head.activityMillis()
            && Objects.equals(before.title(), head.title());
    return isDeltaOnly ? new HeadDelta(head.lastMillis(), head.retained()) : null;
  }

  /**
   * Applies the delta to a head.
   *
   * @param seq the seq of the event
   */
  ThreadHead of(ThreadHead head, long seq) {
    return new ThreadHead(
        head.epoch(),
        head.oldest(),
        seq,
        head.openRun(),
        head.lastAgent(),
        millis,
        head.activityMillis(),
        head.queue(),
        retained,
        head.title());
  }
}
