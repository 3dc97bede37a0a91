package dev.parley.gateway.transport;

import dev.parley.gateway.auth.TokenVerifier;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.route.Routes;
import io.netty.channel.ChannelHandler;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What lies behind the sockets; all of it is called on event loops.
 *
 * @param admission how many connections a user may have
 * @param notReady why nobody may come in now, if so
 * @param http sharable; takes the guarded {@code FullHttpRequest}s of every path but {@code /ws}
 * @param heads what {@code http} answers before the body of a request is kept
 * @param clock wall time, for the expiry of tokens
 */
public record Doors(
    Routes routes,
    TokenVerifier verifier,
    Admission admission,
    Supplier<Optional<Refusal>> notReady,
    ChannelHandler http,
    RequestHeads heads,
    IdSource ids,
    Metrics metrics,
    Clock clock) {}
