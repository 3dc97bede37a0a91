package dev.parley.gateway.transport;

import dev.parley.gateway.protocol.Refusal;
import io.netty.channel.ChannelHandler;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the pipeline of a socket uses; all of it is called on event loops.
 *
 * @param notReady the refusal of handshakes while the gateway is not ready
 * @param http sharable; takes the checked {@code FullHttpRequest}s of every path but {@code /ws}
 * @param heads what {@code http} answers before the body of a request is kept
 */
public record ListenerServices(
    ConnectionServices connections,
    Supplier<Optional<Refusal>> notReady,
    ChannelHandler http,
    HeadCheck heads) {}
