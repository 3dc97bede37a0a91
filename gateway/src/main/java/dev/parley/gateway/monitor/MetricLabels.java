package dev.parley.gateway.monitor;

import java.util.Set;

/**
 * The values of labels that come from settings. Every other value becomes one of them, so the
 * number of series is bounded by the settings, whatever tokens and commands name. Immutable.
 *
 * @param tiers the names of all tiers
 * @param defaultTier the tier of a token that names none of them
 * @param agents the names of all agents
 */
public record MetricLabels(Set<String> tiers, String defaultTier, Set<String> agents) {

  /** The value that stands for all unknown ones. */
  public static final String OTHER = "other";

  public MetricLabels {
    tiers = Set.copyOf(tiers);
    agents = Set.copyOf(agents);
  }

  /** The label of the tier that a token names. */
  public String tier(String name) {
    return tiers.contains(name) ? name : defaultTier;
  }

  /** The label of an agent; {@value #OTHER} for one that the settings no longer have. */
  public String agent(String name) {
    return agents.contains(name) ? name : OTHER;
  }
}
