package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.Decision;
import dev.parley.gateway.log.RetainedSize;
import dev.parley.gateway.log.ThreadHead;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an append changes of a thread's head when it adds events and does nothing else. It is kept
 * with the last of them in place of the head, which is then not written: most appends are one
 * record. The head in the store's own family says all up to its seq, the growth the rest.
 *
 * @param millis when the event was appended, epoch milliseconds
 */
record HeadDelta(long millis, RetainedSize retained) {

  /** The growth that the append is; none when it changes more, or the thread is born with it. */
  static @Nullable HeadDelta of(Decision.Append append) {
    ThreadHead before = append.before();
    ThreadHead head = append.head();
    boolean isAll =
        before.head() > 0
            && before.queue().equals(head.queue())
            && Objects.equals(before.openRun(), head.openRun())
            && Objects.equals(before.lastAgent(), head.lastAgent());
    return isAll ? new HeadDelta(head.lastMillis(), head.retained()) : null;
  }

  /** The head that has grown up to this seq. */
  ThreadHead of(ThreadHead head, long seq) {
    return new ThreadHead(
        head.epoch(),
        head.oldest(),
        seq,
        head.openRun(),
        head.lastAgent(),
        millis,
        head.queue(),
        retained);
  }
}
