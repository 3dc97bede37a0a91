package dev.parley.gateway.agent.tool;

import dev.parley.gateway.config.Settings;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The configured tools.
 *
 * @param tools by name, in the order of the names
 */
public record ToolsConfig(Map<String, ToolConfig> tools) {

  public ToolsConfig {
    tools = Collections.unmodifiableMap(new LinkedHashMap<>(tools));
  }

  public static ToolsConfig read(Settings settings) {
    return new ToolsConfig(ToolKeys.read(settings));
  }

  /** What is wrong with the tools of an agent; empty if nothing is. */
  public Optional<String> problem(List<String> names) {
    for (String name : names) {
      if (!tools.containsKey(name)) {
        return Optional.of(
            tools.isEmpty()
                ? "names of tools; there is no tools.<name>.url"
                : "names of tools, of " + String.join(", ", tools.keySet()) + "; not " + name);
      }
      if (names.indexOf(name) != names.lastIndexOf(name)) {
        return Optional.of("each tool once; " + name + " is there twice");
      }
    }
    return Optional.empty();
  }
}
