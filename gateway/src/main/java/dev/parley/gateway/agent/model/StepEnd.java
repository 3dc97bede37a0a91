package dev.parley.gateway.agent.model;

import dev.parley.gateway.agent.AgentEvent;
import java.util.List;

/** How a step of a model ended. */
public sealed interface StepEnd {

  /** The model has finished the run. */
  record Finished(AgentEvent.Completed event) implements StepEnd {}

  /** The model calls tools; a next step follows with their results. */
  record Calls(List<ToolRequest> calls) implements StepEnd {
    public Calls {
      calls = List.copyOf(calls);
    }
  }

  /** The model wants to go on; a next step follows without results. */
  record Paused() implements StepEnd {}
}
