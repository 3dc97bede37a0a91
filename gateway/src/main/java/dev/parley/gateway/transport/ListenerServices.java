package dev.parley.gateway.transport;

import dev.parley.gateway.protocol.Refusal;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the pipeline of a socket uses; all of it is called on event loops.
 *
 * @param notReady the refusal of handshakes while the gateway is not ready
 * @param http answers the requests of every path but {@code /ws}
 */
public record ListenerServices(
    ConnectionServices connections, Supplier<Optional<Refusal>> notReady, HttpService http) {}
