package dev.parley.gateway.agent.model;

import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.RawJson;
import java.util.Optional;

/** How one API of language models is spoken. Callable from any thread. */
public interface ModelDialect {

  /**
   * Begins a run.
   *
   * @throws UpstreamException when the model cannot take a part of the input; names the part
   */
  ModelSession begin(AgentRequest request, History history) throws UpstreamException;

  /**
   * Whether the service keeps its answers, so that a run goes on after a restart of the gateway.
   */
  default boolean isResumable() {
    return false;
  }

  /**
   * Goes on with a run of a resumable dialect that the last process left open.
   *
   * @param place what {@link ModelSession#place} gave last
   * @return nothing if no run can go on from there
   */
  default Optional<ModelSession> resume(AgentRequest request, RawJson place) {
    return Optional.empty();
  }
}
