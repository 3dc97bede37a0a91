package dev.parley.gateway.agent.tool;

import dev.parley.gateway.config.Settings;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The configured tools.
 *
 * @param tools by name, in the order of the names
 * @param servers MCP servers in the same way; no name is in both
 */
public record ToolsConfig(Map<String, ToolConfig> tools, Map<String, McpConfig> servers) {

  public ToolsConfig {
    tools = Collections.unmodifiableMap(new LinkedHashMap<>(tools));
    servers = Collections.unmodifiableMap(new LinkedHashMap<>(servers));
  }

  public static ToolsConfig read(Settings settings) {
    return ToolKeys.read(settings);
  }

  /** What is wrong with the tools of an agent; empty if nothing is. */
  public Optional<String> problem(List<String> names) {
    Set<String> known = new LinkedHashSet<>(tools.keySet());
    known.addAll(servers.keySet());
    for (String name : names) {
      int dot = name.indexOf('.');
      String server = dot < 0 ? name : name.substring(0, dot);
      if (!servers.containsKey(server) && !tools.containsKey(name)) {
        return Optional.of(
            known.isEmpty()
                ? "names of tools; there is no tools.<name>.url"
                : "names of tools, of " + String.join(", ", known) + "; not " + name);
      }
      if (dot >= 0 && names.contains(server)) {
        return Optional.of("each tool once; " + name + " is one of " + server);
      }
      if (names.indexOf(name) != names.lastIndexOf(name)) {
        return Optional.of("each tool once; " + name + " is there twice");
      }
    }
    return Optional.empty();
  }
}
