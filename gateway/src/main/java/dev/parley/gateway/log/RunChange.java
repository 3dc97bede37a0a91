package dev.parley.gateway.log;

import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import org.jspecify.annotations.Nullable;

/** What a commit changes in the records of runs, in the same write as its events. */
public sealed interface RunChange {

  /** No run begins or ends. */
  record Unchanged() implements RunChange {}

  /**
   * The run begins with this commit. Needs an idle thread, whatever the commit expects: else the
   * commit is {@link CommitResult.Busy}.
   *
   * @param queued the command that waited for this run; if it is not the first that waits, the
   *     commit is {@link CommitResult.NotQueued}
   */
  record Opened(RunId run, AgentName agent, MessageId message, @Nullable CommandId queued)
      implements RunChange {

    /** The run of a command that did not wait. */
    public Opened(RunId run, AgentName agent, MessageId message) {
      this(run, agent, message, null);
    }
  }

  /** The command waits no longer; if it does not, the commit is {@link CommitResult.NotQueued}. */
  record QueuedCancelled(CommandId queued) implements RunChange {}

  /**
   * The run ends with this commit; the commit takes a reserved place in the log's queue. Needs the
   * run to be open, whatever the commit expects: else the commit is {@link CommitResult.RunNotOpen}.
   */
  record Ended(RunId run, RunState state) implements RunChange {

    /** Checks that it is an end. */
    public Ended {
      if (state == RunState.OPEN) {
        throw new IllegalArgumentException("state: open (expected: how the run ended)");
      }
    }
  }
}
