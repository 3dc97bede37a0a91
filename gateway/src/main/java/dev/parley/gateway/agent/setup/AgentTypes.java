package dev.parley.gateway.agent.setup;

import dev.parley.gateway.agent.AgentProvider;
import dev.parley.gateway.config.GivenSetting;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.protocol.AgentName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Checks the settings of agents against what their types take and need. */
final class AgentTypes {

  private static final Pattern HEADER_VALUE = Pattern.compile("[\\x21-\\x7e]+");
  private static final Set<String> OF_ALL = Set.of("type", "description");
  private static final String FILE = "_file";

  private final AgentProviders providers;
  private final Problems problems;

  AgentTypes(AgentProviders providers, Problems problems) {
    this.providers = providers;
    this.problems = problems;
  }

  /** The provider of the agent; empty if its settings have problems, which are then added. */
  Optional<AgentProvider> check(DeclaredAgent agent) {
    String type = agent.settings().type();
    Optional<AgentProvider> provider = providers.find(type);
    if (provider.isEmpty()) {
      problems.add(key(agent, "type"), type, "one of " + providers.types());
      return provider;
    }
    Set<String> taken = provider.get().keys();
    boolean takesAll = takesAll(agent, taken);
    boolean hasAll = hasAll(agent, provider.get().needs());
    boolean hasUsableKey = hasUsableKey(agent, taken);
    return provider.filter(sound -> takesAll && hasAll && hasUsableKey);
  }

  private boolean takesAll(DeclaredAgent agent, Set<String> taken) {
    List<Map.Entry<String, GivenSetting>> others = new ArrayList<>();
    for (Map.Entry<String, GivenSetting> given : agent.given().entrySet()) {
      if (!isTaken(given.getKey(), taken)) {
        others.add(given);
      }
    }
    for (Map.Entry<String, GivenSetting> other : others) {
      String shown = other.getValue().shown();
      problems.add(
          key(agent, other.getKey()),
          other.getKey().equals("url") ? AgentKeys.withoutCredentials(shown) : shown,
          "no such setting, because type "
              + agent.settings().type()
              + " takes only "
              + names(taken)
              + "; set "
              + other.getValue().origin());
    }
    return others.isEmpty();
  }

  private static boolean isTaken(String key, Set<String> taken) {
    String value = key.endsWith(FILE) ? key.substring(0, key.length() - FILE.length()) : key;
    return OF_ALL.contains(key) || taken.contains(key) || taken.contains(value);
  }

  private static String names(Set<String> taken) {
    Set<String> names = new TreeSet<>(taken);
    names.add("description");
    return String.join(", ", names);
  }

  private boolean hasAll(DeclaredAgent agent, Set<String> needed) {
    boolean hasAll = true;
    for (String each : new TreeSet<>(needed)) {
      if (!agent.given().containsKey(each) && !agent.given().containsKey(each + FILE)) {
        problems.add(
            key(agent, each),
            "not set",
            "a value, because type " + agent.settings().type() + " needs it");
        hasAll = false;
      }
    }
    return hasAll;
  }

  /** A key that is sent in a header must be allowed there (RFC 9110, section 5.5). */
  private boolean hasUsableKey(DeclaredAgent agent, Set<String> taken) {
    boolean isUsable =
        !taken.contains("headers")
            || agent
                .settings()
                .apiKey()
                .map(key -> new String(key.bytes(), StandardCharsets.UTF_8))
                .filter(key -> !HEADER_VALUE.matcher(key).matches())
                .isEmpty();
    if (!isUsable) {
      boolean isInFile = agent.given().containsKey("api_key" + FILE);
      problems.add(
          key(agent, isInFile ? "api_key" + FILE : "api_key"),
          "***",
          "printable ASCII characters without a space");
    }
    return isUsable;
  }

  private static String key(DeclaredAgent agent, String suffix) {
    AgentName name = agent.settings().name();
    return "agents." + name + "." + suffix;
  }
}
