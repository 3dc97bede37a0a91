package dev.parley.gateway.agent;

import dev.parley.gateway.config.Key;
import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.config.Secrets;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.config.Template;
import dev.parley.gateway.protocol.AgentName;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
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

  private static final Template<String> TYPE =
      new Template<>(
          "agents",
          "type",
          Map.of(BUILTIN, BUILTIN),
          Parsers.matching(Pattern.compile("[a-z0-9-]{1,64}"), "1 to 64 of a-z 0-9 -"),
          "Type of the agent of this name: builtin, or the type of a plug-in.");
  private static final Template<String> URL =
      new Template<>(
          "agents",
          "url",
          Map.of(),
          Parsers.text(),
          "Passed to the plug-in that creates the agent.");
  private static final Template<String> MODEL =
      new Template<>("agents", "model", Map.of(), Parsers.text(), "Passed to the plug-in, too.");
  private static final Template<Secret> API_KEY =
      new Template<>(
          "agents",
          "api_key",
          Map.of(),
          Secrets.text(1),
          "Passed to the plug-in, too; never shown.");

  private static final Template<Secret> API_KEY_FILE =
      new Template<>(
          "agents",
          "api_key_file",
          Map.of(),
          Secrets.file(1),
          "File with that key, instead of agents.<name>.api_key.");

  private static final Key<Optional<Path>> PLUGINS =
      Key.optional("plugins.path", Parsers.path(), "Folder of jars with more types of agents.");

  public static final List<Setting> KEYS =
      List.of(TYPE, URL, MODEL, API_KEY, API_KEY_FILE, PLUGINS);

  public AgentsConfig {
    agents = Map.copyOf(agents);
  }

  public static AgentsConfig read(Settings settings, Problems problems) {
    Set<String> names = new TreeSet<>(settings.names("agents"));
    names.add(BUILTIN);
    Map<AgentName, AgentSettings> agents = new LinkedHashMap<>();
    for (String name : names) {
      Key<String> type = TYPE.key(name, "");
      String chosen = settings.get(type, problems);
      if (chosen.isEmpty()) {
        if (!settings.isSet(type)) {
          settings.refuse(type, "a type, because other settings of this agent are set", problems);
        }
        continue;
      }
      agents.put(new AgentName(name), read(name, chosen, settings, problems));
    }
    return new AgentsConfig(agents, settings.get(PLUGINS, problems));
  }

  private static AgentSettings read(
      String name, String type, Settings settings, Problems problems) {
    return new AgentSettings(
        new AgentName(name),
        type,
        text(URL.key(name, ""), settings, problems),
        text(MODEL.key(name, ""), settings, problems),
        apiKey(name, settings, problems));
  }

  private static Optional<Secret> apiKey(String name, Settings settings, Problems problems) {
    Key<Secret> given = API_KEY.key(name, Secret.of(""));
    Key<Secret> file = API_KEY_FILE.key(name, Secret.of(""));
    if (settings.isSet(given) && settings.isSet(file)) {
      settings.refuse(file, "api_key or api_key_file of an agent, not both", problems);
    }
    Secret key = settings.get(settings.isSet(file) ? file : given, problems);
    return Optional.of(key).filter(secret -> secret.length() > 0);
  }

  private static Optional<String> text(Key<String> key, Settings settings, Problems problems) {
    return Optional.of(settings.get(key, problems)).filter(text -> !text.isEmpty());
  }
}
