package dev.parley.gateway.log;

import dev.parley.gateway.protocol.RunId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request to the log: if the command is new and the expectation holds, number these events,
 * change the run's record and remember the command, all in one write.
 *
 * @param command absent for what no client command caused
 * @param events at least one
 */
public record Commit(
    ThreadKey thread,
    @Nullable CommandStamp command,
    Expectation expectation,
    List<NewEvent> events,
    RunChange run) {

  /** Checks that there is something to append. */
  public Commit {
    events = List.copyOf(events);
    if (events.isEmpty()) {
      throw new IllegalArgumentException("events: none (expected: at least one)");
    }
  }

  /** The run that the command is remembered with: the one that this commit opens. */
  public @Nullable RunId startedRun() {
    return run instanceof RunChange.Opened opened ? opened.run() : null;
  }

  /** Whether it ends a run: then it has a reserved place when the queue is full. */
  public boolean endsRun() {
    return run instanceof RunChange.Ended;
  }

  /** The bytes that it holds while it waits. */
  public long bytes() {
    long sum = 0;
    for (NewEvent event : events) {
      sum += event.body().length;
    }
    return sum;
  }
}
