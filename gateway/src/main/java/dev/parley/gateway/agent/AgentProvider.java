package dev.parley.gateway.agent;

/**
 * Creates agents of one type. {@link java.util.ServiceLoader} finds providers on the class path and
 * in the jars of {@code plugins.path}; {@code agents.<name>.type} selects one. Both methods are
 * called once for each agent by the thread that starts the gateway, and should return soon. An
 * exception stops the start.
 */
public interface AgentProvider {

  /** The type that settings name: 1 to 64 of {@code a-z 0-9 -}. */
  String type();

  /** Creates the agent of these settings. It serves all runs under its name, many at once. */
  Agent create(AgentSettings settings);
}
