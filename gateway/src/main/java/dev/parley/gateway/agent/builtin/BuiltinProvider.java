package dev.parley.gateway.agent.builtin;

import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.AgentProvider;
import dev.parley.gateway.agent.AgentServices;
import dev.parley.gateway.agent.AgentSettings;
import dev.parley.gateway.agent.AgentThreads;
import java.util.Set;

/** Makes the assistant without a model: type {@code builtin}. */
public final class BuiltinProvider implements AgentProvider {

  @Override
  public String type() {
    return "builtin";
  }

  @Override
  public Set<String> keys() {
    return Set.of("pace");
  }

  @Override
  public Agent create(AgentSettings settings, AgentServices services) {
    return new BuiltinAgent(
        settings.pace(),
        services.timer(),
        services.get(AgentThreads.class).callbacks(),
        services.clock());
  }
}
