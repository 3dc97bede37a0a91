package dev.parley.gateway.agent.agui;

import dev.parley.gateway.agent.Ability;
import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.AgentProvider;
import dev.parley.gateway.agent.AgentServices;
import dev.parley.gateway.agent.AgentSettings;
import dev.parley.gateway.agent.model.ModelAgent;
import dev.parley.gateway.agent.model.ModelAgent.ModelLimits;
import dev.parley.gateway.agent.model.RawMembers;
import dev.parley.gateway.agent.upstream.ApiKeyHeader;
import dev.parley.gateway.agent.upstream.UpstreamConfig;
import dev.parley.gateway.agent.upstream.UpstreamFactory;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Makes agents that are asked over AG-UI: type {@code agui}. */
public final class AguiProvider implements AgentProvider {

  private static final Set<Ability> ABILITIES =
      Set.of(Ability.HISTORY, Ability.REASONING, Ability.TOOLS, Ability.IMAGES, Ability.FILES);

  /** Such an agent runs its own tools: one request is the whole run. */
  private static final int STEPS = 1;

  @Override
  public String type() {
    return "agui";
  }

  @Override
  public Set<String> keys() {
    Set<String> keys = new HashSet<>(UpstreamConfig.keys());
    keys.addAll(List.of("url", "api_key", "parameters", "history"));
    return keys;
  }

  @Override
  public Set<String> needs() {
    return Set.of("url");
  }

  @Override
  public Agent create(AgentSettings settings, AgentServices services) {
    return new ModelAgent(
        "An agent that is asked over AG-UI.",
        ABILITIES,
        new AguiDialect(settings.address(), RawMembers.of(settings.parameters())),
        services.get(UpstreamFactory.class).open(ApiKeyHeader.BEARER),
        new ModelLimits(settings.historyBytes(), STEPS));
  }
}
