package dev.parley.gateway.agent.setup;

import dev.parley.gateway.agent.AgentSettings;
import dev.parley.gateway.agent.upstream.UpstreamConfig;
import dev.parley.gateway.config.GivenSetting;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.config.Settings;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An agent as the settings have it, before its type is known.
 *
 * @param upstream how its service is asked, if it has one
 * @param tools that its model may call, by name
 * @param given what is set, by the last part of its name
 */
public record DeclaredAgent(
    AgentSettings settings,
    UpstreamConfig upstream,
    List<String> tools,
    SortedMap<String, GivenSetting> given) {

  public DeclaredAgent {
    tools = List.copyOf(tools);
    given = Collections.unmodifiableSortedMap(new TreeMap<>(given));
  }

  /** Refuses secrets of this agent that are the key of something else. */
  public void refuseSecret(Secret other, Settings settings) {
    upstream.refuseSecret(this.settings.name().value(), other, settings);
    AgentKeys.refuseSecret(this.settings, other, settings);
  }
}
