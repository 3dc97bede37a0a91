package dev.parley.gateway.log;

import dev.parley.gateway.protocol.RunId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What must hold of the thread for a commit to be carried out. Only the log checks it. */
public sealed interface Expectation {

  /** No condition. */
  record Unconditional() implements Expectation {}

  /** No run is open and no command is queued; otherwise the result is {@link CommitResult.Busy}. */
  record Idle() implements Expectation {}

  /** Where a command goes in the thread's queue. */
  enum QueuePosition {
    FIRST,
    LAST
  }

  /**
   * As {@link Idle}. If the thread is busy, the command is queued, with these events in place of
   * the commit's own. If {@code max} commands are already queued, the result is {@link
   * CommitResult.QueueFull}.
   *
   * @param replaceable whether a later command may cancel this one while it is queued
   * @param cancelled makes the event to append for each replaceable queued command when this
   *     command cancels those; absent when it cancels none. Called on the log's thread
   */
  record IdleElseQueue(
      int max,
      QueuePosition position,
      List<NewEvent> events,
      boolean replaceable,
      @Nullable Function<QueuedMessage, NewEvent> cancelled)
      implements Expectation {

    /** A command that replaces no other and is not replaced. */
    public IdleElseQueue(int max, QueuePosition position, List<NewEvent> events) {
      this(max, position, events, false, null);
    }

    /** Checks that there are events to append. */
    public IdleElseQueue {
      events = List.copyOf(events);
      if (events.isEmpty()) {
        throw new IllegalArgumentException("events: none (expected: at least one)");
      }
    }

    /** The queued commands that are cancelled when this one is queued. */
    List<QueuedMessage> replaced(List<QueuedMessage> queue) {
      return cancelled == null
          ? List.of()
          : queue.stream().filter(QueuedMessage::replaceable).toList();
    }

    /** The events to append when it is queued and these commands were cancelled. */
    public List<NewEvent> events(List<QueuedMessage> replaced) {
      if (cancelled == null || replaced.isEmpty()) {
        return events;
      }
      List<NewEvent> all = new ArrayList<>(events);
      replaced.forEach(each -> all.add(cancelled.apply(each)));
      return all;
    }
  }

  /** This run is open; otherwise the result is {@link CommitResult.RunNotOpen}. */
  record RunOpen(RunId run) implements Expectation {}
}
