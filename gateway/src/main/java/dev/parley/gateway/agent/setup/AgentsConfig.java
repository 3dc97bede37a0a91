package dev.parley.gateway.agent.setup;

import dev.parley.gateway.agent.AgentSettings;
import dev.parley.gateway.agent.tool.ToolsConfig;
import dev.parley.gateway.agent.upstream.UpstreamConfig;
import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.protocol.AgentName;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The configured agents, and the folder of plug-ins.
 *
 * @param agents by name, in the order of the names
 * @param tools that agents may have
 * @param plugins a folder of jars with more providers
 */
public record AgentsConfig(
    Map<AgentName, DeclaredAgent> agents, ToolsConfig tools, Optional<Path> plugins) {

  public AgentsConfig {
    agents = Collections.unmodifiableMap(new LinkedHashMap<>(agents));
  }

  public static AgentsConfig read(Settings settings) {
    Set<String> names = new TreeSet<>(settings.names("agents"));
    names.add(AgentKeys.BUILTIN);
    ToolsConfig tools = ToolsConfig.read(settings);
    Map<AgentName, DeclaredAgent> agents = new LinkedHashMap<>();
    for (String name : names) {
      AgentSettings agent = AgentKeys.read(name, settings);
      UpstreamConfig upstream = UpstreamConfig.read(name, settings);
      if (!agent.type().isEmpty()) {
        agents.put(
            agent.name(),
            new DeclaredAgent(
                agent, upstream, tools(name, tools, settings), settings.given("agents", name)));
      } else if (!settings.isSet(AgentKeys.TYPE.of(name, ""))) {
        settings.refuse(
            AgentKeys.TYPE.of(name, ""), "a type, because other settings of this agent are set");
      }
    }
    return new AgentsConfig(
        agents,
        tools,
        settings.find("plugins.path", Parsers.path(), "Folder of jars with more types of agents."));
  }

  private static List<String> tools(String agent, ToolsConfig tools, Settings settings) {
    List<String> entries = settings.get(AgentKeys.TOOLS, agent, List.of());
    tools
        .problem(entries)
        .ifPresent(expected -> settings.refuse(AgentKeys.TOOLS.of(agent, List.of()), expected));
    return entries;
  }
}
