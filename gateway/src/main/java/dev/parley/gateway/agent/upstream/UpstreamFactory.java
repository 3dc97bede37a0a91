package dev.parley.gateway.agent.upstream;

/**
 * Opens the service of one agent, at the URL, with the key and under the other settings of that
 * agent. Called by the thread that starts the gateway, once for each agent: each service has places
 * and a circuit breaker of its own.
 */
@FunctionalInterface
public interface UpstreamFactory {

  /**
   * Opens the service. Sends nothing yet.
   *
   * @throws IllegalArgumentException when the certificate authorities cannot be used
   */
  Upstream open(ApiKeyHeader apiKey);
}
