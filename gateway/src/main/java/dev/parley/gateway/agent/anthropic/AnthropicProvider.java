package dev.parley.gateway.agent.anthropic;

import dev.parley.gateway.agent.Ability;
import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.AgentProvider;
import dev.parley.gateway.agent.AgentServices;
import dev.parley.gateway.agent.AgentSettings;
import dev.parley.gateway.agent.model.ModelAgent;
import dev.parley.gateway.agent.model.ModelAgent.ModelLimits;
import dev.parley.gateway.agent.model.ModelKeys;
import dev.parley.gateway.agent.model.RawMembers;
import dev.parley.gateway.agent.model.ToolSource;
import dev.parley.gateway.agent.upstream.ApiKeyHeader;
import dev.parley.gateway.agent.upstream.UpstreamFactory;
import java.util.EnumSet;
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
    ToolSource tools = services.get(ToolSource.class);
    RawMembers parameters = RawMembers.of(settings.parameters());
    return new ModelAgent(
        "The language model " + model + ".",
        abilities(parameters, tools),
        new AnthropicDialect(settings.address(), model, settings.system().orElse(""), parameters),
        services.get(UpstreamFactory.class).open(ApiKeyHeader.X_API_KEY),
        new ModelLimits(settings.historyBytes(), settings.maxSteps()),
        tools);
  }

  /** The service runs the tools that the parameters declare, the gateway its own. */
  private static Set<Ability> abilities(RawMembers parameters, ToolSource tools) {
    Set<Ability> abilities =
        EnumSet.of(Ability.HISTORY, Ability.REASONING, Ability.IMAGES, Ability.FILES);
    if (parameters.get("tools") != null || tools != ToolSource.NONE) {
      abilities.add(Ability.TOOLS);
    }
    return abilities;
  }
}
