package dev.parley.gateway.agent;

import java.util.Set;

/**
 * Creates agents of one type. {@link java.util.ServiceLoader} finds providers on the class path and
 * in the jars of {@code plugins.path}; {@code agents.<name>.type} selects one. All methods are
 * called by the thread that starts the gateway, and should return soon. An exception stops the
 * start.
 *
 * <p>A provider implements one of the two {@code create}.
 */
public interface AgentProvider {

  /** The type that settings name: 1 to 64 of {@code a-z 0-9 -}. */
  String type();

  /**
   * The settings that the type takes: the last parts of their names, without {@code _file} where
   * the value may come from a file. Every type takes {@code description}. Another setting of the
   * agent stops the start.
   */
  default Set<String> keys() {
    return Set.of("url", "model", "api_key");
  }

  /** Those of the settings without which no agent is created; a missing one stops the start. */
  default Set<String> needs() {
    return Set.of();
  }

  /** Creates the agent of these settings. It serves all runs under its name, many at once. */
  default Agent create(AgentSettings settings, AgentServices services) {
    return create(settings);
  }

  /** The same for an agent that needs nothing from the gateway. */
  default Agent create(AgentSettings settings) {
    throw new UnsupportedOperationException("create: missing in " + getClass().getName());
  }
}
