package dev.parley.gateway.http;

import dev.parley.gateway.auth.TokenVerifier;
import dev.parley.gateway.codec.SessionJson;
import dev.parley.gateway.limit.LimitConfig;
import dev.parley.gateway.limit.Tier;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Problem;
import dev.parley.gateway.user.TierLimits;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * {@code GET /v1/session}: who the bearer is, or what a handshake with this token would be refused
 * with, which browsers do not tell (protocol, "The same log over HTTP").
 */
public final class Session implements Resource {

  private final TokenVerifier verifier;
  private final Terms terms;
  private final Function<Principal, Optional<Problem>> door;

  /**
   * What connections are told of.
   *
   * @param heartbeat its period
   * @param maxFrameBytes of a command
   */
  public record Terms(LimitConfig limits, Duration heartbeat, int maxFrameBytes) {}

  /**
   * Tells of these terms.
   *
   * @param door why a connection of this bearer would not be let in now, if so
   */
  public Session(TokenVerifier verifier, Terms terms, Function<Principal, Optional<Problem>> door) {
    this.verifier = verifier;
    this.terms = terms;
    this.door = door;
  }

  @Override
  public String path() {
    return "/v1/session";
  }

  @Override
  public Response respond(Request request) {
    var ignored = request.query();
    Principal principal = Bearer.require(request, verifier);
    return door.apply(principal)
        .map(Response::of)
        .orElseGet(() -> Response.json(200, SessionJson.encode(session(principal))));
  }

  private SessionJson.Session session(Principal principal) {
    Tier tier = terms.limits().tier(principal.tier());
    return new SessionJson.Session(
        principal, tier.name(), terms.heartbeat(), terms.maxFrameBytes(), TierLimits.of(tier));
  }
}
