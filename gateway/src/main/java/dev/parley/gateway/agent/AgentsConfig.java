package dev.parley.gateway.agent;

import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.config.Secrets;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.SettingFamily;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.protocol.AgentName;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The configured agents, and the folder of plug-ins.
 *
 * @param agents by name
 * @param plugins a folder of jars with more providers
 */
public record AgentsConfig(Map<AgentName, AgentSettings> agents, Optional<Path> plugins) {

  private static final String BUILTIN = "builtin";

  private static final SettingFamily<String> TYPE =
      new SettingFamily<>(
          "agents",
          "type",
          Map.of(BUILTIN, BUILTIN),
          Parsers.matching(Pattern.compile("[a-z0-9-]{1,64}"), "1 to 64 of a-z 0-9 -"),
          "Type of the agent with this name: builtin, or the type of a plug-in.");
  private static final SettingFamily<String> URL =
      new SettingFamily<>(
          "agents", "url", Map.of(), Parsers.text(), "URL that the plug-in of the agent gets.");
  private static final SettingFamily<String> MODEL =
      new SettingFamily<>(
          "agents", "model", Map.of(), Parsers.text(), "Model that the plug-in of the agent gets.");
  private static final SettingFamily<Secret> API_KEY =
      new SettingFamily<>(
          "agents",
          "api_key",
          Map.of(),
          Secrets.text(1),
          "API key that the plug-in of the agent gets; never shown.");

  private static final SettingFamily<Secret> API_KEY_FILE =
      new SettingFamily<>(
          "agents",
          "api_key_file",
          Map.of(),
          Secrets.file(1),
          "File with the API key, in place of agents.<name>.api_key.");

  public AgentsConfig {
    agents = Map.copyOf(agents);
  }

  public static AgentsConfig read(Settings settings) {
    Set<String> names = new TreeSet<>(settings.names("agents"));
    names.add(BUILTIN);
    Map<AgentName, AgentSettings> agents = new LinkedHashMap<>();
    for (String name : names) {
      AgentSettings agent = read(name, settings);
      if (!agent.type().isEmpty()) {
        agents.put(agent.name(), agent);
      } else if (!settings.isSet(TYPE.of(name, ""))) {
        settings.refuse(TYPE.of(name, ""), "a type, because other settings of this agent are set");
      }
    }
    return new AgentsConfig(
        agents,
        settings.find("plugins.path", Parsers.path(), "Folder of jars with more types of agents."));
  }

  private static AgentSettings read(String name, Settings settings) {
    return new AgentSettings(
        new AgentName(name),
        settings.get(TYPE, name, ""),
        text(settings.get(URL, name, "")),
        text(settings.get(MODEL, name, "")),
        apiKey(name, settings));
  }

  private static Optional<Secret> apiKey(String name, Settings settings) {
    Secret given = settings.get(API_KEY, name, Secret.of(""));
    Secret fromFile = settings.get(API_KEY_FILE, name, Secret.of(""));
    Setting<Secret> file = API_KEY_FILE.of(name, Secret.of(""));
    if (settings.isSet(file) && settings.isSet(API_KEY.of(name, Secret.of("")))) {
      settings.refuse(file, "api_key or api_key_file of an agent, not both");
    }
    return Optional.of(settings.isSet(file) ? fromFile : given)
        .filter(secret -> secret.length() > 0);
  }

  private static Optional<String> text(String value) {
    return Optional.of(value).filter(text -> !text.isEmpty());
  }
}
