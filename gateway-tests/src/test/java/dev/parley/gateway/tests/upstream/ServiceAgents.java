package dev.parley.gateway.tests.upstream;

import dev.parley.gateway.agent.upstream.Dialogue;
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
    dialect.choose(settings, prefix);
    settings.put(prefix + "url", service.uri(dialect.path(agent)).toString());
    settings.put(prefix + "api_key", key);
    if (dialect != ServiceDialect.AGUI) {
      settings.put(prefix + "model", "a-model");
    }
  }

  /** The agent whose request this is: the first part of its path. */
  static String agentOf(Dialogue dialogue) {
    String line = dialogue.requestLine();
    int begin = line.indexOf('/') + 1;
    int slash = line.indexOf('/', begin);
    int space = line.indexOf(' ', begin);
    return line.substring(begin, slash < 0 ? space : Math.min(slash, space));
  }
}
