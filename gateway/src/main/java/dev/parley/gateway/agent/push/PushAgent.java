package dev.parley.gateway.agent.push;

import dev.parley.gateway.agent.Ability;
import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.AgentSink;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * An agent whose back end is told of a run by a signed hook, and then adds the events itself. Its
 * runs survive a restart of the gateway. Holds no thread. One instance serves all runs.
 */
final class PushAgent implements Agent {

  private static final Set<Ability> ABILITIES =
      Set.of(Ability.HISTORY, Ability.REASONING, Ability.TOOLS, Ability.IMAGES, Ability.FILES);

  private final PushRun.PushParts parts;

  PushAgent(PushRun.PushParts parts) {
    this.parts = parts;
  }

  @Override
  public String description() {
    return "An agent that is told by a web hook and adds the events itself.";
  }

  @Override
  public CompletionStage<Void> run(AgentRequest request, AgentSink sink) {
    return new PushRun(parts, request, sink).start();
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
