package dev.parley.gateway.bench.socket;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import dev.parley.gateway.config.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Signs tokens of users, and of an operator. No two are the same, so that a gateway remembers none
 * of them. Callable from any thread.
 */
final class Tokens {

  private static final Duration LIFE = Duration.ofHours(12);

  private final Algorithm algorithm;
  private final AtomicLong signed = new AtomicLong();

  Tokens(Algorithm algorithm) {
    this.algorithm = algorithm;
  }

  /** The tokens of a gateway with this secret. */
  static Tokens of(Secret key) {
    return new Tokens(Algorithm.HMAC256(key.bytes()));
  }

  /** A token of this user, of the tier of all loads. */
  String of(String user, boolean isOperator) {
    Instant now = Instant.now();
    return JWT.create()
        .withSubject(user)
        .withJWTId(Long.toString(signed.incrementAndGet()))
        .withClaim("tier", Target.TIER)
        .withClaim("scope", isOperator ? "chat agent admin operator" : "chat agent")
        .withIssuedAt(now)
        .withExpiresAt(now.plus(LIFE))
        .sign(algorithm);
  }
}
