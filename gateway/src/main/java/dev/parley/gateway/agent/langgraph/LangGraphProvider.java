package dev.parley.gateway.agent.langgraph;

import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.AgentProvider;
import dev.parley.gateway.agent.AgentServices;
import dev.parley.gateway.agent.AgentSettings;
import dev.parley.gateway.agent.upstream.ApiKeyHeader;
import dev.parley.gateway.agent.upstream.UpstreamConfig;
import dev.parley.gateway.agent.upstream.UpstreamFactory;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Makes agents that are graphs behind a LangGraph service: type {@code langgraph}. */
public final class LangGraphProvider implements AgentProvider {

  private static final Duration WAIT = Duration.ofMillis(500);

  @Override
  public String type() {
    return "langgraph";
  }

  @Override
  public Set<String> keys() {
    Set<String> keys = new HashSet<>(UpstreamConfig.keys());
    keys.addAll(List.of("url", "assistant", "api_key", "parameters"));
    return keys;
  }

  @Override
  public Set<String> needs() {
    return Set.of("url", "assistant");
  }

  @Override
  public Agent create(AgentSettings settings, AgentServices services) {
    GraphApi api =
        new GraphApi(settings.address(), settings.assistant().orElseThrow(), settings.parameters());
    return new LangGraphAgent(
        new GraphService(
            api,
            services.get(UpstreamFactory.class).open(ApiKeyHeader.X_API_KEY),
            services.timer(),
            WAIT));
  }
}
