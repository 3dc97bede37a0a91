package dev.parley.gateway.http;

import dev.parley.gateway.auth.TokenVerifier;
import dev.parley.gateway.codec.SessionJson;
import dev.parley.gateway.limit.LimitConfig;
import dev.parley.gateway.limit.Tier;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.Usage;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.user.TierLimits;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * {@code GET /v1/session}: who the bearer is, or what a handshake with this token would be refused
 * with, which browsers do not tell (protocol, "The same log over HTTP").
 */
public final class Session implements Endpoint {

  private final TokenVerifier verifier;
  private final Terms terms;
  private final Supplier<EventLog> log;
  private final Function<Principal, Optional<Refusal>> door;

  /**
   * What connections are told of.
   *
   * @param heartbeat its period
   * @param maxFrameBytes of a command
   */
  public record Terms(LimitConfig limits, Duration heartbeat, int maxFrameBytes) {}

  /**
   * Tells of these terms, and of what the log keeps.
   *
   * @param door why a connection of this bearer would not be let in now, if so
   */
  public Session(
      TokenVerifier verifier,
      Terms terms,
      Supplier<EventLog> log,
      Function<Principal, Optional<Refusal>> door) {
    this.verifier = verifier;
    this.terms = terms;
    this.log = log;
    this.door = door;
  }

  @Override
  public String path() {
    return "/v1/session";
  }

  @Override
  public CompletionStage<Response> answer(Request request) {
    var ignored = request.query();
    Principal principal = Bearer.require(request, verifier);
    Optional<Refusal> refused = door.apply(principal);
    if (refused.isPresent()) {
      return CompletableFuture.completedStage(Response.of(refused.get()));
    }
    return LogAnswers.of(
        log.get().usage(principal.user()),
        request,
        usage -> Response.json(200, SessionJson.encode(session(principal, usage))));
  }

  private SessionJson.Session session(Principal principal, Usage usage) {
    Tier tier = terms.limits().tier(principal.tier());
    return new SessionJson.Session(
        principal,
        tier.name(),
        terms.heartbeat(),
        terms.maxFrameBytes(),
        TierLimits.of(tier),
        new SessionJson.Used(usage.bytes(), usage.threads()));
  }
}
