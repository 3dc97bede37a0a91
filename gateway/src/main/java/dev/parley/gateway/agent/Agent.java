package dev.parley.gateway.agent;

import java.util.concurrent.CompletionStage;

/**
 * Something that answers: it is given a request and says what happens through a sink.
 *
 * <p>The gateway keeps the order of things whatever an agent does: it closes tools left open, drops
 * what comes after the end, and ends a run whose agent did not.
 */
public interface Agent {

  /** One sentence for people on what it does. */
  String description();

  /**
   * Works on one run. Called on a thread of the agent pool, where it may block; it may also return
   * early and go on elsewhere. The run ends with {@link AgentEvent.Completed} or {@link
   * AgentEvent.Failed}; when the stage completes without either, the run is completed with what was
   * said, and when it (or this call) fails, the run fails with {@code agent_error}.
   *
   * <p>When the request's {@link Cancellation} fires, end soon: completing the stage confirms it. A
   * thread that is still in this call 5 s after the end of its run is interrupted.
   *
   * @return a stage that completes when the agent has let go of the run
   */
  CompletionStage<Void> run(AgentRequest request, AgentSink sink) throws Exception;
}
