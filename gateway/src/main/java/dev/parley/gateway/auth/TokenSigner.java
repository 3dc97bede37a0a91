package dev.parley.gateway.auth;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.protocol.Scope;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.stream.Collectors;

/** Signs tokens for development (HS256), valid for twelve hours. Callable from any thread. */
public final class TokenSigner {

  private static final Duration LIFE = Duration.ofHours(12);

  private final Algorithm algorithm;
  private final String scope;
  private final Clock clock;

  /** A signed token and its expiry. */
  public record Signed(String token, Instant expiresAt) {}

  /** Grants these scopes in every token. */
  public TokenSigner(Secret secret, Set<Scope> scopes, Clock clock) {
    this.algorithm = HmacAlgorithm.HS256.with(secret);
    this.scope = scopes.stream().sorted().map(Scope::wire).collect(Collectors.joining(" "));
    this.clock = clock;
  }

  public Signed sign(String subject, String tier) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Instant expiresAt = now.plus(LIFE);
    String token =
        JWT.create()
            .withSubject(subject)
            .withClaim("tier", tier)
            .withClaim("scope", scope)
            .withIssuedAt(now)
            .withExpiresAt(expiresAt)
            .sign(algorithm);
    return new Signed(token, expiresAt);
  }
}
