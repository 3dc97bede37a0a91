package dev.parley.gateway.log;

import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import org.jspecify.annotations.Nullable;

/** What a commit changes in the records of runs, in the same write as its events. */
public sealed interface RunChange {

  /** No run begins or ends. */
  record Unchanged() implements RunChange {}

  /**
   * The run begins with this commit. The thread must be idle, whatever the commit expects;
   * otherwise the result is {@link CommitResult.Busy}.
   *
   * @param queued the queued command that gets this run; unless it is the first in the queue, the
   *     result is {@link CommitResult.NotQueued}
   * @param request what is kept of a run that can be resumed, as {@link SavedRun#request}
   */
  record Opened(
      RunId run,
      AgentName agent,
      MessageId message,
      @Nullable CommandId queued,
      @Nullable RawJson request)
      implements RunChange {

    /** The run of a command that was not queued, which cannot be resumed. */
    public Opened(RunId run, AgentName agent, MessageId message) {
      this(run, agent, message, null, null);
    }
  }

  /**
   * The run has come so far, with or without events. It replaces the checkpoint before. The run
   * must be open, whatever the commit expects; otherwise the result is {@link
   * CommitResult.RunNotOpen}.
   */
  record Checkpointed(RunId run, RawJson checkpoint) implements RunChange {}

  /**
   * A queued command is cancelled. If it is not queued, the result is {@link
   * CommitResult.NotQueued}.
   */
  record QueuedCancelled(CommandId queued) implements RunChange {}

  /**
   * The run ends with this commit, which is accepted even when the log's queue is full. The run
   * must be open, whatever the commit expects; otherwise the result is {@link
   * CommitResult.RunNotOpen}.
   *
   * @param hook absent when no web hook is to tell the end
   */
  record Ended(RunId run, RunState state, @Nullable HookRequest hook) implements RunChange {

    /** An end that no web hook is to tell. */
    public Ended(RunId run, RunState state) {
      this(run, state, null);
    }

    /** Checks that the state is an end. */
    public Ended {
      if (state == RunState.OPEN) {
        throw new IllegalArgumentException("state: open (expected: how the run ended)");
      }
    }
  }
}
