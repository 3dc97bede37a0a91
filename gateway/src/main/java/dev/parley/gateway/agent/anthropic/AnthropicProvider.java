package dev.parley.gateway.agent.anthropic;

import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.AgentProvider;
import dev.parley.gateway.agent.AgentServices;
import dev.parley.gateway.agent.AgentSettings;
import dev.parley.gateway.agent.model.ModelAgent;
import dev.parley.gateway.agent.model.ModelAgent.ModelLimits;
import dev.parley.gateway.agent.model.ModelKeys;
import dev.parley.gateway.agent.model.RawMembers;
import dev.parley.gateway.agent.upstream.ApiKeyHeader;
import dev.parley.gateway.agent.upstream.UpstreamFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;

/** Makes agents that speak Anthropic's Messages: type {@code anthropic}. */
public final class AnthropicProvider implements AgentProvider {

  @Override
  public String type() {
    return "anthropic";
  }

  @Override
  public Set<String> keys() {
    return ModelKeys.ALL;
  }

  @Override
  public Set<String> needs() {
    return ModelKeys.NEEDED;
  }

  @Override
  public Agent create(AgentSettings settings, AgentServices services) {
    String model = settings.model().orElseThrow();
    AnthropicDialect dialect =
        new AnthropicDialect(
            settings.address(), model, settings.system().orElse(""), parameters(settings));
    return new ModelAgent(
        "The language model " + model + ".",
        dialect,
        services.get(UpstreamFactory.class).open(ApiKeyHeader.X_API_KEY),
        new ModelLimits(settings.historyBytes(), settings.maxSteps()));
  }

  private static RawMembers parameters(AgentSettings settings) {
    try {
      return settings.parameters().isEmpty()
          ? new RawMembers()
          : RawMembers.parse(settings.parameters().get().toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
