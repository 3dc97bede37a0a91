package dev.parley.gateway.agent;

/**
 * Makes agents of one type. Found by {@link java.util.ServiceLoader} on the class path and in the
 * jars of {@code plugins.path}; chosen by {@code agents.<name>.type}. Both methods are called once
 * for each agent by the thread that starts the gateway, and should return soon: what they throw
 * stops the start.
 */
public interface AgentProvider {

  /** The type by which settings choose it: 1 to 64 of {@code a-z 0-9 -}. */
  String type();

  /** Makes the agent of these settings; it serves all runs under its name, many at once. */
  Agent create(AgentSettings settings);
}
