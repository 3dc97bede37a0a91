package dev.parley.gateway.agent.model;

import dev.parley.gateway.agent.AgentRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The tools of one agent. Callable from any thread; blocks none. */
@FunctionalInterface
public interface ToolSource {

  /** No tools. */
  ToolSource NONE = request -> CompletableFuture.completedFuture(List.of());

  /** The tools that a run may use, in the order in which its model is told of them. */
  CompletionStage<List<Tool>> tools(AgentRequest request);
}
