package dev.parley.gateway.auth;

import com.auth0.jwt.JWT;
import com.auth0.jwt.exceptions.JWTDecodeException;
import com.auth0.jwt.exceptions.SignatureVerificationException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.UserId;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Verifies signed JWTs (RFC 7519, RFC 8725). Callable from any thread; it never waits, but computes
 * a signature.
 *
 * <p>The signature is checked first: nothing else in a token counts before. Expiry is checked last:
 * {@code token_expired} means that a new token with the same claims is accepted.
 */
public final class JwtVerifier implements TokenVerifier {

  /** The tenant of a token that names none. */
  public static final String DEFAULT_TENANT = "default";

  private static final List<String> DATES = List.of("exp", "nbf", "iat");

  private final KeySource keys;
  private final JwtConfig config;
  private final Clock clock;

  /** Checks issuer, audience and leeway as configured. */
  public JwtVerifier(KeySource keys, JwtConfig config, Clock clock) {
    this.keys = keys;
    this.config = config;
    this.clock = clock;
  }

  @Override
  public Principal verify(String token) {
    TokenParts parts = TokenParts.read(token);
    Claims claims = parts.claims();
    checkSignature(token, parts);
    Instant expiresAt =
        claims.date("exp").orElseThrow(() -> Claims.missing("exp", "when the token expires"));
    // The connection expires at the same instant, so a token accepted here does not end it at once.
    Instant withLeeway = expiresAt.plus(config.leeway());
    Instant goodUntil = withLeeway.isBefore(Claims.LATEST) ? withLeeway : Claims.LATEST;
    checkStart(claims);
    checkIssuer(claims);
    checkAudience(claims);
    Principal principal =
        new Principal(
            user(claims),
            claims.text("tier").orElse(Principal.DEFAULT_TIER),
            scopes(claims),
            goodUntil);
    if (!clock.instant().isBefore(goodUntil)) {
      throw RefusedException.of(ErrorCode.TOKEN_EXPIRED, "token: expired (expected: a new token)");
    }
    return principal;
  }

  private void checkSignature(String token, TokenParts parts) {
    Claims header = parts.header();
    if (header.has("crit")) {
      throw Claims.refused("token: crit", "present", "no critical extensions");
    }
    String alg = header.text("alg").orElseThrow(() -> Claims.missing("token: alg", "a signed JWT"));
    String kid = header.text("kid").orElse(null);
    try {
      keys.find(alg, kid).verify(JWT.decode(token));
    } catch (JWTDecodeException malformed) {
      // The decoder also fails on malformed dates: name the claim.
      DATES.forEach(parts.claims()::date);
      throw TokenParts.malformed();
    } catch (SignatureVerificationException forged) {
      throw Claims.refused("token: signature", "invalid", "signed with the configured key");
    }
  }

  private void checkStart(Claims claims) {
    Instant latest = clock.instant().plus(config.leeway());
    for (String name : List.of("nbf", "iat")) {
      if (claims.date(name).filter(latest::isBefore).isPresent()) {
        throw Claims.refused(name, "in the future", "a time in the past");
      }
    }
  }

  private void checkIssuer(Claims claims) {
    config
        .issuer()
        .filter(expected -> !claims.text("iss").filter(expected::equals).isPresent())
        .ifPresent(
            expected -> {
              throw Claims.refused("iss", "another or none", expected);
            });
  }

  private void checkAudience(Claims claims) {
    config
        .audience()
        .filter(expected -> !claims.texts("aud").contains(expected))
        .ifPresent(
            expected -> {
              throw Claims.refused("aud", "another or none", expected);
            });
  }

  private static UserId user(Claims claims) {
    String subject =
        claims.text("sub").orElseThrow(() -> Claims.missing("sub", "the id of the user"));
    String tenant = claims.text("tenant").orElse(DEFAULT_TENANT);
    try {
      return new UserId(tenant, subject);
    } catch (IllegalArgumentException malformed) {
      throw Claims.refused(
          "sub or tenant", "malformed", "1 to 255 bytes of UTF-8 without control characters");
    }
  }

  private static Set<Scope> scopes(Claims claims) {
    Set<Scope> scopes = EnumSet.noneOf(Scope.class);
    claims.words("scope").forEach(word -> Scope.parse(word).ifPresent(scopes::add));
    return scopes;
  }
}
