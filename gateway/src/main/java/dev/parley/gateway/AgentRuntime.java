package dev.parley.gateway;

import dev.parley.gateway.agent.AgentPool;
import dev.parley.gateway.agent.Agents;
import dev.parley.gateway.agent.push.PushProvider;
import dev.parley.gateway.agent.push.PushRuns;
import dev.parley.gateway.agent.setup.AgentFactory;
import dev.parley.gateway.agent.setup.AgentProviders;
import dev.parley.gateway.agent.setup.ServiceProbe;
import dev.parley.gateway.agent.tool.Toolbox;
import dev.parley.gateway.agent.upstream.UpstreamClients;
import dev.parley.gateway.auth.RunTokens;
import dev.parley.gateway.auth.StoredSecret;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.trace.Traces;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The agents and their resources: threads, a timer, connections to services and the jars of
 * plug-ins. Created and closed by the thread that starts the gateway.
 */
final class AgentRuntime implements AutoCloseable {

  private final AgentPool pool = new AgentPool();
  private final ScheduledExecutorService timer = timer();
  private final UpstreamClients upstreams;
  private final ServiceProbe probe = new ServiceProbe();
  private final RunTokens runTokens;
  private final PushRuns pushed;
  private final Toolbox tools;
  private Agents agents = new Agents(Map.of());
  private @Nullable AgentProviders providers;

  private AgentRuntime(
      GatewayConfig config, Clock clock, Metrics metrics, Traces traces, Problems problems) {
    upstreams = new UpstreamClients(clock, metrics, traces);
    tools = new Toolbox(config.agents().tools(), upstreams, Version.number());
    runTokens = new RunTokens(runSecret(config, problems), clock);
    pushed =
        new PushRuns(
            (user, run, agent, expiry) ->
                runTokens.sign(new RunTokens.RunClaims(user, run, agent, expiry)),
            config.runs().timeout(),
            clock);
  }

  /** Creates the configured agents; failures are added to the problems. */
  static AgentRuntime of(
      GatewayConfig config, Clock clock, Metrics metrics, Traces traces, Problems problems) {
    AgentRuntime parts = new AgentRuntime(config, clock, metrics, traces, problems);
    AgentFactory factory =
        new AgentFactory(clock, parts.timer, parts.pool.threads(), parts.upstreams, parts.pushed);
    try {
      AgentProviders found = AgentProviders.load(config.agents().plugins());
      parts.providers = found;
      parts.agents = factory.make(config.agents(), found, parts.tools, problems);
    } catch (IllegalArgumentException e) {
      problems.addLine(String.valueOf(e.getMessage()));
    }
    checkDefault(config, problems);
    return parts;
  }

  /** Checks the settings of the agents without creating one. */
  static void check(GatewayConfig config, Problems problems) {
    try (AgentProviders found = AgentProviders.load(config.agents().plugins())) {
      AgentFactory.check(config.agents(), found, problems);
    } catch (IllegalArgumentException e) {
      problems.addLine(String.valueOf(e.getMessage()));
    }
    checkDefault(config, problems);
  }

  private static void checkDefault(GatewayConfig config, Problems problems) {
    AgentName byDefault = config.runs().defaultAgent();
    if (!config.agents().agents().containsKey(byDefault)) {
      String names =
          config.agents().agents().keySet().stream()
              .map(AgentName::value)
              .collect(Collectors.joining(", "));
      problems.add("agents.default", byDefault.value(), "one of " + names);
    }
  }

  /** Warns later of services that cannot be reached. Does not wait. */
  void probe(GatewayConfig config) {
    probe.start(config.agents());
  }

  /** The secret is stored if an agent needs tokens that outlive the process. */
  private static Secret runSecret(GatewayConfig config, Problems problems) {
    boolean isNeeded =
        config.agents().agents().values().stream()
            .anyMatch(agent -> agent.settings().type().equals(PushProvider.TYPE));
    return isNeeded
        ? Authentication.stored(StoredSecret.RUNS, config, problems)
        : StoredSecret.random();
  }

  RunTokens runTokens() {
    return runTokens;
  }

  /** The runs to which back ends add events. */
  PushRuns pushed() {
    return pushed;
  }

  Agents agents() {
    return agents;
  }

  AgentPool pool() {
    return pool;
  }

  /** Interrupts running agents, closes their connections and their jars. */
  @Override
  public void close() {
    probe.close();
    pool.close();
    timer.shutdownNow();
    tools.close();
    upstreams.close();
    if (providers != null) {
      providers.close();
    }
  }

  private static ScheduledExecutorService timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "agent-timer");
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }
}
