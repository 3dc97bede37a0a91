package dev.parley.gateway.http;

import dev.parley.gateway.codec.SessionJson;
import dev.parley.gateway.contract.Call;
import dev.parley.gateway.limit.LimitConfig;
import dev.parley.gateway.limit.Tier;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.Usage;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.user.TierLimits;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * {@code GET /v1/session}: the user of the token, or the refusal that a handshake with this token
 * would get. Browsers hide that refusal from pages (protocol, "The same log over HTTP").
 */
public final class SessionEndpoint implements Endpoint {

  private static final Call CALL =
      Call.get("getSession", "Tells who the token says you are, or why a connection is refused.")
          .needs()
          .answers(200, "The user of the token.", "http", "session")
          .refuses(ErrorCode.QUOTA_EXCEEDED);

  private final SessionTerms terms;
  private final EventLog log;
  private final Function<Principal, Optional<Refusal>> admission;

  /**
   * Values that clients are told.
   *
   * @param heartbeat the interval of heartbeats
   * @param maxFrameBytes the maximum size of a command
   */
  public record SessionTerms(LimitConfig limits, Duration heartbeat, int maxFrameBytes) {}

  /**
   * Answers with these terms, and with the usage that the log reports.
   *
   * @param admission the refusal that a new connection of this user would get now, if any
   */
  public SessionEndpoint(
      SessionTerms terms, EventLog log, Function<Principal, Optional<Refusal>> admission) {
    this.terms = terms;
    this.log = log;
    this.admission = admission;
  }

  @Override
  public String path() {
    return "/v1/session";
  }

  @Override
  public Side side() {
    return Side.BOTH;
  }

  @Override
  public List<Call> calls() {
    return List.of(CALL);
  }

  @Override
  public CompletionStage<Response> answer(Request request) {
    var ignored = request.query(CALL);
    Principal principal = Bearer.require(request);
    Optional<Refusal> refused = admission.apply(principal);
    if (refused.isPresent()) {
      return CompletableFuture.completedStage(Response.of(refused.get()));
    }
    return LogResponses.of(
        log.usage(principal.user()),
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
