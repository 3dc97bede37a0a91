package dev.parley.gateway.agent.upstream;

import dev.parley.gateway.protocol.ErrorCode;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/**
 * What the calls to the service of one agent share.
 *
 * @param agent its name
 * @param random numbers from 0 to 1, for jitter
 * @param onFailure told when a request failed for good
 */
record AgentService(
    String agent,
    Exchange.Settings exchanges,
    Bulkhead bulkhead,
    CircuitBreaker breaker,
    DoubleSupplier random,
    Consumer<ErrorCode> onFailure) {

  UpstreamTime time() {
    return exchanges.time();
  }
}
