package dev.parley.gateway;

import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.AgentPool;
import dev.parley.gateway.agent.AgentProvider;
import dev.parley.gateway.agent.AgentProviders;
import dev.parley.gateway.agent.AgentSettings;
import dev.parley.gateway.agent.Agents;
import dev.parley.gateway.agent.builtin.BuiltinAgent;
import dev.parley.gateway.agent.builtin.BuiltinConfig;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.protocol.AgentName;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/**
 * The agents and their resources: threads, a timer and the jars of plugins. Created and closed by
 * the thread that starts the gateway.
 */
final class AgentRuntime implements AutoCloseable {

  private final AgentPool pool = new AgentPool();
  private final ScheduledExecutorService timer = timer();
  private final Map<AgentName, Agent> agents = new HashMap<>();
  private @Nullable AgentProviders providers;

  private AgentRuntime() {}

  /** Creates the configured agents; failures are added to the problems. */
  static AgentRuntime of(GatewayConfig config, Clock clock, Problems problems) {
    AgentRuntime parts = new AgentRuntime();
    AgentProvider builtin = new Builtin(config.builtin(), parts.timer, clock);
    try {
      AgentProviders found = AgentProviders.load(List.of(builtin), config.agents().plugins());
      parts.providers = found;
      config.agents().agents().values().forEach(agent -> parts.make(agent, found, problems));
    } catch (IllegalArgumentException e) {
      problems.addLine(String.valueOf(e.getMessage()));
    }
    AgentName byDefault = config.runs().defaultAgent();
    if (!config.agents().agents().containsKey(byDefault)) {
      String names = parts.agents().names();
      problems.add("agents.default", byDefault.value(), "one of " + names);
    }
    return parts;
  }

  @SuppressWarnings("IllegalCatch")
  private void make(AgentSettings settings, AgentProviders found, Problems problems) {
    String key = "agents." + settings.name() + ".type";
    AgentProvider provider = found.find(settings.type()).orElse(null);
    if (provider == null) {
      problems.add(key, settings.type(), "one of " + found.types());
      return;
    }
    try {
      agents.put(settings.name(), provider.create(settings));
    } catch (RuntimeException | LinkageError e) {
      problems.add(key, settings.type(), "a provider that makes it; it said " + e);
    }
  }

  Agents agents() {
    return new Agents(agents);
  }

  AgentPool pool() {
    return pool;
  }

  /** Interrupts running agents, and closes their jars. */
  @Override
  public void close() {
    pool.close();
    timer.shutdownNow();
    if (providers != null) {
      providers.close();
    }
  }

  private static ScheduledExecutorService timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "builtin");
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  private record Builtin(BuiltinConfig config, ScheduledExecutorService timer, Clock clock)
      implements AgentProvider {

    @Override
    public String type() {
      return "builtin";
    }

    @Override
    public Agent create(AgentSettings settings) {
      return new BuiltinAgent(config, timer, clock);
    }
  }
}
