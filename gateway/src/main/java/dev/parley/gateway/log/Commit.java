package dev.parley.gateway.log;

import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.RunId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request to the log. If the command is new and the expectation holds, the log numbers the
 * events, updates the run's record and stores the command, all in one write.
 *
 * @param command the client command that caused it; absent when no command did
 * @param events at least one, unless a queued command is cancelled or there is a checkpoint
 * @param quota bounds that must hold for the user; not checked for a commit that ends a run
 */
public record Commit(
    ThreadKey thread,
    @Nullable CommandStamp command,
    Expectation expectation,
    List<NewEvent> events,
    RunChange run,
    Quota quota) {

  /** A commit without a quota. */
  public Commit(
      ThreadKey thread,
      @Nullable CommandStamp command,
      Expectation expectation,
      List<NewEvent> events,
      RunChange run) {
    this(thread, command, expectation, events, run, Quota.NONE);
  }

  /**
   * Checks that there are events to append, and that a commit which may be queued has a command and
   * opens a run.
   */
  public Commit {
    events = List.copyOf(events);
    boolean needsEvents =
        !(run instanceof RunChange.QueuedCancelled || run instanceof RunChange.Checkpointed);
    if (events.isEmpty() && needsEvents) {
      throw new IllegalArgumentException("events: none (expected: at least one)");
    }
    boolean mayWait = expectation instanceof Expectation.IdleElseQueue;
    boolean isNew = run instanceof RunChange.Opened opened && opened.queued() == null;
    if (mayWait && (command == null || !isNew)) {
      throw new IllegalArgumentException("expectation: queue (expected: a command and its run)");
    }
  }

  /** The run that this commit opens; it is stored with the command. */
  public @Nullable RunId startedRun() {
    return run instanceof RunChange.Opened opened ? opened.run() : null;
  }

  /** The queued command that this commit removes from the thread's queue. */
  public @Nullable CommandId dequeued() {
    if (run instanceof RunChange.Opened opened) {
      return opened.queued();
    }
    return run instanceof RunChange.QueuedCancelled back ? back.queued() : null;
  }

  /** The web hook that is to tell the end of the run which this commit ends. */
  public @Nullable HookRequest hook() {
    return run instanceof RunChange.Ended ended ? ended.hook() : null;
  }

  /** Whether it ends a run. Such a commit is accepted even when the queue is full. */
  public boolean endsRun() {
    return run instanceof RunChange.Ended;
  }

  /** The run that must be open for this commit because of what it changes. */
  @Nullable RunId changedRun() {
    if (run instanceof RunChange.Ended ended) {
      return ended.run();
    }
    return run instanceof RunChange.Checkpointed checkpointed ? checkpointed.run() : null;
  }

  private long savedBytes() {
    if (run instanceof RunChange.Opened opened) {
      return opened.request() == null ? 0 : opened.request().length();
    }
    return run instanceof RunChange.Checkpointed checkpointed
        ? checkpointed.checkpoint().length()
        : 0;
  }

  /** The bytes of its events, and of what it saves of its run, while it is queued. */
  public long bytes() {
    long bytes = sum(events) + savedBytes();
    return expectation instanceof Expectation.IdleElseQueue queue
        ? bytes + sum(queue.events())
        : bytes;
  }

  private static long sum(List<NewEvent> events) {
    long bytes = 0;
    for (NewEvent event : events) {
      bytes += event.bytes();
    }
    return bytes;
  }
}
