package dev.parley.gateway.auth;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.protocol.Scope;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.Set;
import java.util.stream.Collectors;

/** Signs tokens for development (HS256), valid for twelve hours. Callable from any thread. */
public final class TokenSigner {

  private static final Duration LIFE = Duration.ofHours(12);

  private final Secret secret;
  private final String scope;
  private final Clock clock;

  /** A signed token and its expiry. */
  public record Signed(String token, Instant expiresAt) {}

  /** Grants these scopes in every token. */
  public TokenSigner(Secret secret, Set<Scope> scopes, Clock clock) {
    this.secret = secret;
    this.scope = scopes.stream().sorted().map(Scope::wire).collect(Collectors.joining(" "));
    this.clock = clock;
  }

  public Signed sign(String subject, String tier) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Instant expiresAt = now.plus(LIFE);
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .subject(subject)
            .claim("tier", tier)
            .claim("scope", scope)
            .issueTime(Date.from(now))
            .expirationTime(Date.from(expiresAt))
            .build();
    return new Signed(HmacAlgorithm.HS256.sign(claims, secret), expiresAt);
  }
}
