package dev.parley.gateway.agent;

import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Answers requests: an agent gets a request and reports what happens through a sink.
 *
 * <p>The gateway keeps the events of a run in order, whatever an agent does: it ends tools that
 * were left open, drops events after the end, and ends a run that the agent did not end.
 */
public interface Agent {

  /** One sentence that tells people what the agent does. */
  String description();

  /**
   * Works on one run. Called on a thread of the agent pool, where it may block. It may also return
   * early and continue on other threads. The run ends with {@link AgentEvent.Completed} or {@link
   * AgentEvent.Failed}. When the stage completes without either, the run is completed with the text
   * so far. When the stage or this call fails, the run fails with {@code agent_error}.
   *
   * <p>When the request's {@link Cancellation} fires, the agent should end soon. It confirms the
   * cancellation by completing the stage; a stage that fails with {@link
   * UnconfirmedCancelException} does not confirm it. A thread that is still in this call 5 s after
   * the end of its run is interrupted.
   *
   * @return a stage that completes when the agent has finished with the run
   */
  CompletionStage<Void> run(AgentRequest request, AgentSink sink) throws Exception;

  /**
   * Whether the work has stopped for certain when a cancelled run's stage completes. An agent that
   * can only close the connection to its service does not know that.
   */
  default boolean confirmsCancel() {
    return true;
  }

  /**
   * Whether a run goes on after a restart of the gateway. The log then keeps what the run was asked
   * until it ends, and {@link #run} is called again with a {@link AgentRequest#resumption}. The run
   * of any other agent ends with {@code gateway_restarted}.
   */
  default boolean isResumable() {
    return false;
  }

  /**
   * What the agent can do beyond text. The gateway adds {@link Ability#CONFIRMED_CANCEL} and {@link
   * Ability#RESUMABLE} where {@link #confirmsCancel()} and {@link #isResumable()} are true.
   */
  default Set<Ability> abilities() {
    return Set.of();
  }
}
