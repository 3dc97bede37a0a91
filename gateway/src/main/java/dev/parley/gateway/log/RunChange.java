package dev.parley.gateway.log;

import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;

/** What a commit changes in the records of runs, in the same write as its events. */
public sealed interface RunChange {

  /** No run begins or ends. */
  record None() implements RunChange {}

  /** The run begins with this commit. */
  record Opened(RunId run, AgentName agent, MessageId message) implements RunChange {}

  /** The run ends with this commit; the commit takes a reserved place in the log's queue. */
  record Ended(RunId run, RunState state) implements RunChange {}
}
