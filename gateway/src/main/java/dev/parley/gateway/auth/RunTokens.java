package dev.parley.gateway.auth;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.UserId;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;

/**
 * Signs and verifies the tokens with which a back end adds events to one run (RFC 7519, HS256). The
 * key signs nothing else: no other token is accepted, and no other call accepts these. Callable
 * from any thread.
 */
public final class RunTokens {

  private static final String ISSUER = "parley";
  private static final String TENANT = "tenant";
  private static final String RUN = "run";
  private static final String AGENT = "agent";
  private static final String SCOPE = "scope";

  private final Secret secret;
  private final SignatureCheck check;
  private final Clock clock;

  /** What such a token says. */
  public record RunClaims(UserId user, RunId run, AgentName agent, Instant expiresAt) {}

  /** Signs with this secret. */
  public RunTokens(Secret secret, Clock clock) {
    this.secret = secret;
    this.check = HmacAlgorithm.HS256.with(secret);
    this.clock = clock;
  }

  public String sign(RunClaims claims) {
    JWTClaimsSet signed =
        new JWTClaimsSet.Builder()
            .issuer(ISSUER)
            .subject(claims.user().subject())
            .claim(TENANT, claims.user().tenant())
            .claim(RUN, claims.run().value())
            .claim(AGENT, claims.agent().value())
            .claim(SCOPE, Scope.PUBLISH.wire())
            .issueTime(Date.from(clock.instant()))
            .expirationTime(Date.from(claims.expiresAt()))
            .build();
    return HmacAlgorithm.HS256.sign(signed, secret);
  }

  /**
   * The claims of a valid token.
   *
   * @throws RefusedException with 401
   */
  public RunClaims verify(String token) {
    TokenParts parts = TokenParts.read(token);
    String alg =
        parts.header().text("alg").orElseThrow(() -> Claims.missing("token: alg", "a signed JWT"));
    if (!alg.equals(HmacAlgorithm.HS256.name())) {
      throw Claims.refused("token: alg", "another", HmacAlgorithm.HS256.name());
    }
    if (!check.isSignatureOf(token)) {
      throw Claims.refused("token", "another", "the one that came with the hook of this run");
    }
    RunClaims claims = claims(parts.claims());
    if (!clock.instant().isBefore(claims.expiresAt())) {
      throw RefusedException.of(
          ErrorCode.TOKEN_EXPIRED, "token: expired (expected: one of a run that is open)");
    }
    return claims;
  }

  private static RunClaims claims(Claims claims) {
    if (!claims.words(SCOPE).contains(Scope.PUBLISH.wire())) {
      throw Claims.missing(SCOPE, Scope.PUBLISH.wire());
    }
    return new RunClaims(
        new UserId(text(claims, TENANT), text(claims, "sub")),
        new RunId(text(claims, RUN)),
        new AgentName(text(claims, AGENT)),
        claims.date("exp").orElseThrow(() -> Claims.missing("exp", "when the token expires")));
  }

  private static String text(Claims claims, String name) {
    return claims.text(name).orElseThrow(() -> Claims.missing(name, "a token of a run"));
  }
}
