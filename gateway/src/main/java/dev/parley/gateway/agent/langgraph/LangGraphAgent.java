package dev.parley.gateway.agent.langgraph;

import dev.parley.gateway.agent.Ability;
import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.AgentSink;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * An agent that is a graph behind a LangGraph service, which keeps the thread. Its runs go on after
 * a restart of the gateway. Holds no thread while it waits for the service or the log. One instance
 * serves all runs.
 */
final class LangGraphAgent implements Agent {

  private static final Set<Ability> ABILITIES =
      Set.of(Ability.HISTORY, Ability.REASONING, Ability.TOOLS, Ability.IMAGES, Ability.FILES);

  private final GraphService service;

  LangGraphAgent(GraphService service) {
    this.service = service;
  }

  @Override
  public String description() {
    return "The LangGraph assistant " + service.api().assistant() + ".";
  }

  @Override
  public CompletionStage<Void> run(AgentRequest request, AgentSink sink) {
    return new GraphRun(service, request, sink).start();
  }

  @Override
  public boolean isResumable() {
    return true;
  }

  @Override
  public Set<Ability> abilities() {
    return ABILITIES;
  }
}
