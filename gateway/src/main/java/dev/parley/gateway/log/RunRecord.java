package dev.parley.gateway.log;

import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;

/**
 * The log's record of a run.
 *
 * @param firstSeq the first seq of the commit that opened it
 * @param message the message that it answers
 * @param isResumable whether there is a {@link SavedRun} while it is open
 */
public record RunRecord(
    ThreadKey thread,
    RunId run,
    AgentName agent,
    MessageId message,
    long firstSeq,
    RunState state,
    boolean isResumable) {

  /** A run that cannot be resumed. */
  public RunRecord(
      ThreadKey thread,
      RunId run,
      AgentName agent,
      MessageId message,
      long firstSeq,
      RunState state) {
    this(thread, run, agent, message, firstSeq, state, false);
  }

  /** The same run in another state. */
  public RunRecord in(RunState next) {
    return new RunRecord(thread, run, agent, message, firstSeq, next, isResumable);
  }
}
