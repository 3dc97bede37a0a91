package dev.parley.gateway.agent;

import dev.parley.gateway.protocol.AgentName;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The agents that can be started, by name. Immutable; callable from any thread. */
public final class Agents {

  private final Map<String, Agent> byName = new TreeMap<>();
  private final Map<AgentName, String> descriptions;

  public Agents(Map<AgentName, Agent> agents) {
    this(agents, Map.of());
  }

  /**
   * Agents of which some are described by settings.
   *
   * @param descriptions in place of what the agents say
   */
  public Agents(Map<AgentName, Agent> agents, Map<AgentName, String> descriptions) {
    agents.forEach((name, agent) -> byName.put(name.value(), agent));
    this.descriptions = Map.copyOf(descriptions);
  }

  /** What the list of agents says about this one. */
  public String description(String name, Agent agent) {
    String configured = descriptions.get(new AgentName(name));
    return configured == null ? agent.description() : configured;
  }

  /** All agents in the order of their names. */
  public Map<String, Agent> all() {
    return Collections.unmodifiableMap(byName);
  }

  public Optional<Agent> find(AgentName name) {
    return Optional.ofNullable(byName.get(name.value()));
  }

  /** The names in order, for error texts. */
  public String names() {
    return String.join(", ", byName.keySet());
  }
}
