package dev.parley.gateway.tests.upstream;

import dev.parley.gateway.agent.upstream.ScriptedService;
import java.util.Map;

/** The settings of agents that are scripted services. */
final class ServiceAgents {
  private ServiceAgents() {}

  /** Adds an agent with this name, whose requests have its name first in their path. */
  static void put(
      Map<String, String> settings,
      ServiceDialect dialect,
      String agent,
      ScriptedService service,
      String key) {
    String prefix = "agents." + agent + ".";
    settings.put(prefix + "type", dialect.type());
    settings.put(prefix + "url", service.uri(dialect.path(agent)).toString());
    settings.put(prefix + "api_key", key);
    if (dialect != ServiceDialect.AGUI) {
      settings.put(prefix + "model", "a-model");
    }
  }
}
