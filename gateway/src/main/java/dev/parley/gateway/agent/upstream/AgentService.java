package dev.parley.gateway.agent.upstream;

import java.util.function.DoubleSupplier;

/**
 * What the calls to the service of one agent share.
 *
 * @param agent its name
 * @param random numbers from 0 to 1, for jitter
 */
record AgentService(
    String agent,
    Exchange.Settings exchanges,
    Bulkhead bulkhead,
    CircuitBreaker breaker,
    DoubleSupplier random) {

  UpstreamTime time() {
    return exchanges.time();
  }
}
