package dev.parley.gateway.agent.openai;

import dev.parley.gateway.agent.Ability;
import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.AgentProvider;
import dev.parley.gateway.agent.AgentServices;
import dev.parley.gateway.agent.AgentSettings;
import dev.parley.gateway.agent.model.ModelAgent;
import dev.parley.gateway.agent.model.ModelAgent.ModelLimits;
import dev.parley.gateway.agent.model.ModelEndpoint;
import dev.parley.gateway.agent.model.ModelKeys;
import dev.parley.gateway.agent.model.ToolSource;
import dev.parley.gateway.agent.responses.ResponsesDialect;
import dev.parley.gateway.agent.upstream.ApiKeyHeader;
import dev.parley.gateway.agent.upstream.UpstreamFactory;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes agents that speak Chat Completions or Responses: type {@code openai}. */
public final class OpenAiProvider implements AgentProvider {

  private static final Set<Ability> ABILITIES =
      Set.of(Ability.HISTORY, Ability.REASONING, Ability.IMAGES, Ability.FILES);

  private static final Set<String> KEYS =
      Stream.concat(ModelKeys.ALL.stream(), Stream.of("api"))
          .collect(Collectors.toUnmodifiableSet());

  @Override
  public String type() {
    return "openai";
  }

  @Override
  public Set<String> keys() {
    return KEYS;
  }

  @Override
  public Set<String> needs() {
    return ModelKeys.NEEDED;
  }

  @Override
  public Agent create(AgentSettings settings, AgentServices services) {
    ToolSource tools = services.get(ToolSource.class);
    ModelEndpoint endpoint =
        new ModelEndpoint(
            settings.address(), settings.model(), settings.system(), settings.parameters());
    return new ModelAgent(
        "The language model " + settings.model().orElseThrow() + ".",
        abilities(tools),
        settings.api().equals("responses")
            ? new ResponsesDialect(endpoint)
            : new OpenAiDialect(endpoint),
        services.get(UpstreamFactory.class).open(ApiKeyHeader.BEARER),
        new ModelLimits(settings.historyBytes(), settings.maxSteps()),
        tools);
  }

  private static Set<Ability> abilities(ToolSource tools) {
    Set<Ability> abilities = EnumSet.copyOf(ABILITIES);
    if (tools != ToolSource.NONE) {
      abilities.add(Ability.TOOLS);
    }
    return abilities;
  }
}
