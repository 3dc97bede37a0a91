package dev.parley.gateway.agent;

import java.util.concurrent.CompletionStage;

/** Takes the events of an agent. Callable from any thread; events keep the order of the calls. */
@FunctionalInterface
public interface AgentSink {

  /**
   * Takes one event. The stage is incomplete while the log is behind (backpressure): an agent waits
   * for it before it emits the next event. The run of an agent that does not wait is ended.
   */
  CompletionStage<Void> emit(AgentEvent event);
}
