package dev.parley.gateway.http;

import dev.parley.gateway.auth.TokenVerifier;
import dev.parley.gateway.codec.SessionJson;
import dev.parley.gateway.limit.LimitConfig;
import dev.parley.gateway.limit.Tier;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Problem;
import dev.parley.gateway.user.TierLimits;
import java.util.Optional;
import java.util.function.Function;

/**
 * {@code GET /v1/session}: who the bearer is, or what a handshake with this token would be refused
 * with, which browsers do not tell (protocol, "Session").
 */
public final class Session implements Resource {

  private final TokenVerifier verifier;
  private final LimitConfig limits;
  private final Function<Principal, Optional<Problem>> door;

  /**
   * Tells of these limits.
   *
   * @param door why a connection of this bearer would not be let in now, if so
   */
  public Session(
      TokenVerifier verifier, LimitConfig limits, Function<Principal, Optional<Problem>> door) {
    this.verifier = verifier;
    this.limits = limits;
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
    Tier tier = limits.tier(principal.tier());
    return door.apply(principal)
        .map(Response::of)
        .orElseGet(
            () ->
                Response.json(
                    200, SessionJson.encode(principal, tier.name(), TierLimits.of(tier))));
  }
}
