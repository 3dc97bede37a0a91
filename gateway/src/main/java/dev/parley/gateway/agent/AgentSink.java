package dev.parley.gateway.agent;

import java.util.concurrent.CompletionStage;

/** Where an agent says what happens. Callable from any thread; events keep the order of calls. */
@FunctionalInterface
public interface AgentSink {

  /**
   * Takes one event. The stage is incomplete while the log is behind: a well-behaved agent waits
   * for it before it emits more. An agent that goes on emitting regardless is ended.
   */
  CompletionStage<Void> emit(AgentEvent event);
}
