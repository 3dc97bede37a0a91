package dev.parley.gateway.log;

import dev.parley.gateway.protocol.RunId;
import java.util.List;

/** What must hold of the thread for a commit to be carried out; the log alone decides. */
public sealed interface Expectation {

  /** Nothing. */
  record None() implements Expectation {}

  /** No run is open and no command waits; else the commit is {@link CommitResult.Busy}. */
  record Idle() implements Expectation {}

  /** Where a command waits among those that wait already. */
  enum Place {
    FIRST,
    LAST
  }

  /**
   * As {@link Idle}; else the commit's command waits for its run beside at most {@code most - 1}
   * others, and these events are appended in place of the commit's own. If so many wait already the
   * commit is {@link CommitResult.QueueFull}.
   */
  record IdleElseQueue(int most, Place place, List<NewEvent> events) implements Expectation {

    /** Checks that there is something to append. */
    public IdleElseQueue {
      events = List.copyOf(events);
      if (events.isEmpty()) {
        throw new IllegalArgumentException("events: none (expected: at least one)");
      }
    }
  }

  /** This run is open; else the commit is {@link CommitResult.Ended}. */
  record RunOpen(RunId run) implements Expectation {}
}
