package dev.parley.gateway.transport;

import dev.parley.gateway.auth.Revocations;
import dev.parley.gateway.auth.TokenVerifier;
import dev.parley.gateway.live.LiveConnections;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.route.Route;
import java.time.Clock;

/**
 * What connections use, WebSockets and event streams alike; all of it is called on event loops.
 *
 * @param routes where a connection's commands go
 * @param revocations which tokens are valid no more
 * @param admission how many connections a user may have
 * @param live where open connections are listed
 * @param clock wall time, for the expiry of tokens
 */
public record ConnectionServices(
    Route.Opener routes,
    TokenVerifier verifier,
    Revocations revocations,
    Admission admission,
    LiveConnections live,
    IdSource ids,
    Metrics metrics,
    Clock clock) {}
