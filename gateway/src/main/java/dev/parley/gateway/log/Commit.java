package dev.parley.gateway.log;

import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.RunId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request to the log: if the command is new and the expectation holds, number these events,
 * change the run's record and remember the command, all in one write.
 *
 * @param command absent for what no client command caused
 * @param events at least one, unless a command is taken back
 * @param quota what must hold of the user afterwards, unless a run ends with it
 */
public record Commit(
    ThreadKey thread,
    @Nullable CommandStamp command,
    Expectation expectation,
    List<NewEvent> events,
    RunChange run,
    Quota quota) {

  /** A commit that always fits. */
  public Commit(
      ThreadKey thread,
      @Nullable CommandStamp command,
      Expectation expectation,
      List<NewEvent> events,
      RunChange run) {
    this(thread, command, expectation, events, run, Quota.NONE);
  }

  /** Checks that there is something to append, and that what may wait is known by its command. */
  public Commit {
    events = List.copyOf(events);
    if (events.isEmpty() && !(run instanceof RunChange.QueuedCancelled)) {
      throw new IllegalArgumentException("events: none (expected: at least one)");
    }
    boolean mayWait = expectation instanceof Expectation.IdleElseQueue;
    boolean isNew = run instanceof RunChange.Opened opened && opened.queued() == null;
    if (mayWait && (command == null || !isNew)) {
      throw new IllegalArgumentException("expectation: queue (expected: a command and its run)");
    }
  }

  /** The run that the command is remembered with: the one that this commit opens. */
  public @Nullable RunId startedRun() {
    return run instanceof RunChange.Opened opened ? opened.run() : null;
  }

  /** The waiting command that it takes from the thread's queue. */
  public @Nullable CommandId dequeued() {
    if (run instanceof RunChange.Opened opened) {
      return opened.queued();
    }
    return run instanceof RunChange.QueuedCancelled back ? back.queued() : null;
  }

  /** Whether it ends a run: then it has a reserved place when the queue is full. */
  public boolean endsRun() {
    return run instanceof RunChange.Ended;
  }

  /** The bytes that it holds while it waits. */
  public long bytes() {
    long bytes = sum(events);
    return expectation instanceof Expectation.IdleElseQueue queue
        ? bytes + sum(queue.events())
        : bytes;
  }

  private static long sum(List<NewEvent> events) {
    long bytes = 0;
    for (NewEvent event : events) {
      bytes += event.body().length;
    }
    return bytes;
  }
}
