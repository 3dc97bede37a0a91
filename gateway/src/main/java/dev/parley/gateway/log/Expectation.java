package dev.parley.gateway.log;

import dev.parley.gateway.protocol.RunId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What must hold of the thread for a commit to be carried out; the log alone decides. */
public sealed interface Expectation {

  /** Nothing. */
  record Unconditional() implements Expectation {}

  /** No run is open and no command waits; else the commit is {@link CommitResult.Busy}. */
  record Idle() implements Expectation {}

  /** Where a command waits among those that wait already. */
  enum QueuePosition {
    FIRST,
    LAST
  }

  /**
   * As {@link Idle}; else the commit's command waits for its run beside at most {@code most - 1}
   * others, and these events are appended in place of the commit's own. If so many wait already the
   * commit is {@link CommitResult.QueueFull}.
   *
   * @param replaceable whether the command, while it waits, may be taken back by a later one
   * @param takenBack the event to append for each replaceable command that waits, when this one
   *     takes those back; absent when it leaves them. Called where the log decides
   */
  record IdleElseQueue(
      int max,
      QueuePosition position,
      List<NewEvent> events,
      boolean replaceable,
      @Nullable Function<QueuedMessage, NewEvent> cancelled)
      implements Expectation {

    /** A command that replaces nothing, and is not replaced. */
    public IdleElseQueue(int max, QueuePosition position, List<NewEvent> events) {
      this(max, position, events, false, null);
    }

    /** Checks that there is something to append. */
    public IdleElseQueue {
      events = List.copyOf(events);
      if (events.isEmpty()) {
        throw new IllegalArgumentException("events: none (expected: at least one)");
      }
    }

    /** Which of the commands that wait are taken back when this one is queued. */
    List<QueuedMessage> replaced(List<QueuedMessage> queue) {
      return cancelled == null ? List.of() : queue.stream().filter(QueuedMessage::replaceable).toList();
    }

    /** What is appended when it is queued after these were taken back. */
    public List<NewEvent> events(List<QueuedMessage> replaced) {
      if (cancelled == null || replaced.isEmpty()) {
        return events;
      }
      List<NewEvent> all = new ArrayList<>(events);
      replaced.forEach(each -> all.add(cancelled.apply(each)));
      return all;
    }
  }

  /** This run is open; else the commit is {@link CommitResult.RunNotOpen}. */
  record RunOpen(RunId run) implements Expectation {}
}
