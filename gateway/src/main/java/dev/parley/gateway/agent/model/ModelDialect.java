package dev.parley.gateway.agent.model;

import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.RawJson;
import java.util.List;
import java.util.Optional;

/** How one API of language models is spoken. Callable from any thread. */
public interface ModelDialect {

  /**
   * Begins a run without tools.
   *
   * @throws UpstreamException when the model cannot take a part of the input; names the part
   */
  ModelSession begin(AgentRequest request, History history) throws UpstreamException;

  /**
   * Begins a run that offers these tools to the model, under these names. A dialect whose services
   * know no tools of the gateway leaves them out.
   *
   * @throws UpstreamException when the model cannot take a part of the input; names the part
   */
  default ModelSession begin(AgentRequest request, History history, List<ToolSpec> tools)
      throws UpstreamException {
    return begin(request, history);
  }

  /** Whether the notes of a run replace those of the runs before it. */
  default boolean needsNewestNotesOnly() {
    return false;
  }

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
  default Optional<ModelSession> resume(AgentRequest request, RawJson place, List<ToolSpec> tools) {
    return Optional.empty();
  }
}
