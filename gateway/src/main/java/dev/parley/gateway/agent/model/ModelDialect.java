package dev.parley.gateway.agent.model;

import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.upstream.UpstreamException;

/** How one API of language models is spoken. Callable from any thread. */
public interface ModelDialect {

  /**
   * Begins a run.
   *
   * @throws UpstreamException when the model cannot take a part of the input; names the part
   */
  ModelSession begin(AgentRequest request, History history) throws UpstreamException;
}
