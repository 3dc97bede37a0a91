package dev.parley.gateway.agent.setup;

import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.AgentProvider;
import dev.parley.gateway.agent.AgentServices;
import dev.parley.gateway.agent.AgentSettings;
import dev.parley.gateway.agent.AgentThreads;
import dev.parley.gateway.agent.Agents;
import dev.parley.gateway.agent.model.ToolSource;
import dev.parley.gateway.agent.push.PushRuns;
import dev.parley.gateway.agent.tool.Toolbox;
import dev.parley.gateway.agent.upstream.UpstreamClients;
import dev.parley.gateway.agent.upstream.UpstreamFactory;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.Texts;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Makes the configured agents. Its parts outlive the agents; the caller closes them. Used by the
 * thread that starts the gateway.
 */
public record AgentFactory(
    Clock clock,
    ScheduledExecutorService timer,
    AgentThreads threads,
    UpstreamClients upstreams,
    PushRuns pushed) {

  /** Checks the settings of all agents, and makes none; failures are added to the problems. */
  public static void check(AgentsConfig config, AgentProviders providers, Problems problems) {
    AgentTypes types = new AgentTypes(providers, problems);
    config.agents().values().forEach(types::check);
  }

  /** Makes the agents whose settings are sound; failures are added to the problems. */
  public Agents make(
      AgentsConfig config, AgentProviders providers, Toolbox toolbox, Problems problems) {
    AgentTypes types = new AgentTypes(providers, problems);
    Map<AgentName, Agent> agents = new HashMap<>();
    Map<AgentName, String> descriptions = new HashMap<>();
    for (DeclaredAgent declared : config.agents().values()) {
      AgentSettings settings = declared.settings();
      types
          .check(declared)
          .ifPresent(provider -> make(provider, declared, toolbox, agents, problems));
      settings.description().ifPresent(text -> descriptions.put(settings.name(), text));
    }
    return new Agents(agents, descriptions);
  }

  @SuppressWarnings("IllegalCatch")
  private void make(
      AgentProvider provider,
      DeclaredAgent declared,
      Toolbox toolbox,
      Map<AgentName, Agent> agents,
      Problems problems) {
    AgentSettings settings = declared.settings();
    try {
      agents.put(settings.name(), provider.create(settings, services(declared, toolbox)));
    } catch (RuntimeException | LinkageError e) {
      problems.add(
          "agents." + settings.name() + ".type",
          settings.type(),
          "a provider that makes it; it said " + e);
    }
  }

  private AgentServices services(DeclaredAgent declared, Toolbox toolbox) {
    AgentSettings settings = declared.settings();
    UpstreamFactory upstream =
        header ->
            upstreams.open(
                settings.name().value(),
                settings.address(),
                declared.upstream(),
                header.of(settings.apiKey()));
    return new Lent(
        clock,
        timer,
        Map.of(
            AgentThreads.class,
            threads,
            UpstreamFactory.class,
            upstream,
            PushRuns.class,
            pushed,
            ToolSource.class,
            toolbox.of(declared.tools())));
  }

  private record Lent(Clock clock, ScheduledExecutorService timer, Map<Class<?>, Object> parts)
      implements AgentServices {

    @Override
    public <T> T get(Class<T> type) {
      if (!parts.containsKey(type)) {
        throw new IllegalArgumentException(
            Texts.expected("type", type.getName(), "one of " + parts.keySet()));
      }
      return type.cast(parts.get(type));
    }
  }
}
