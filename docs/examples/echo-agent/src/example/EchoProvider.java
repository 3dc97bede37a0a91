package example;

import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.AgentProvider;
import dev.parley.gateway.agent.AgentSettings;

/** Makes agents of the type {@code echo}. */
public final class EchoProvider implements AgentProvider {

  @Override
  public String type() {
    return "echo";
  }

  @Override
  public Agent create(AgentSettings settings) {
    return new EchoAgent(settings.model().orElse("plain"));
  }
}
