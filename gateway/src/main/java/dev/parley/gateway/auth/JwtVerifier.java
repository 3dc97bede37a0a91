package dev.parley.gateway.auth;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.exceptions.JWTDecodeException;
import com.auth0.jwt.exceptions.SignatureVerificationException;
import com.auth0.jwt.interfaces.DecodedJWT;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.UserId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

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

  private final List<Issuer> issuers;
  private final Duration leeway;
  private final Clock clock;

  private record Issuer(IssuerConfig config, KeySource keys) {}

  /** Verifies as configured; there must be an issuer. */
  public JwtVerifier(JwtConfig config, Clock clock) {
    this.issuers =
        config.issuers().stream()
            .map(each -> new Issuer(each, new SharedSecretKeys(each.secrets(), clock)))
            .toList();
    this.leeway = config.leeway();
    this.clock = clock;
  }

  @Override
  public CompletionStage<Principal> verify(String token, Object client) {
    try {
      return CompletableFuture.completedFuture(principal(token));
    } catch (RefusedException refused) {
      return CompletableFuture.failedFuture(refused);
    }
  }

  private Principal principal(String token) {
    TokenParts parts = TokenParts.read(token);
    Claims claims = parts.claims();
    Issuer issuer = issuer(claims);
    checkSignature(token, parts, issuer.keys());
    Instant expiresAt =
        claims.date("exp").orElseThrow(() -> Claims.missing("exp", "when the token expires"));
    // The connection expires at the same instant, so a token accepted here does not end it at once.
    Instant withLeeway = expiresAt.plus(leeway);
    Instant goodUntil = withLeeway.isBefore(Claims.LATEST) ? withLeeway : Claims.LATEST;
    checkStart(claims);
    checkIssuer(claims, issuer.config());
    checkAudience(claims, issuer.config());
    Principal principal =
        new Principal(
            user(claims, issuer.config()),
            claims.text("tier").orElse(Principal.DEFAULT_TIER),
            scopes(claims, issuer.config()),
            goodUntil,
            claims.tokenId(),
            claims.date("iat"));
    if (!clock.instant().isBefore(goodUntil)) {
      throw RefusedException.of(ErrorCode.TOKEN_EXPIRED, "token: expired (expected: a new token)");
    }
    return principal;
  }

  /** The only issuer, whatever the token says; of several, the one that the token names. */
  private Issuer issuer(Claims claims) {
    if (issuers.size() == 1) {
      return issuers.get(0);
    }
    Optional<String> named = claims.text("iss");
    return issuers.stream()
        .filter(each -> named.isPresent() && each.config().issuer().equals(named))
        .findFirst()
        .orElseThrow(() -> Claims.refused("iss", "another or none", "a configured issuer"));
  }

  private static void checkSignature(String token, TokenParts parts, KeySource keys) {
    Claims header = parts.header();
    if (header.has("crit")) {
      throw Claims.refused("token: crit", "present", "no critical extensions");
    }
    String alg = header.text("alg").orElseThrow(() -> Claims.missing("token: alg", "a signed JWT"));
    String kid = header.text("kid").orElse(null);
    List<Algorithm> found = keys.find(alg, kid);
    try {
      DecodedJWT decoded = JWT.decode(token);
      if (found.stream().noneMatch(each -> isSignedWith(each, decoded))) {
        throw Claims.refused("token: signature", "invalid", "signed with the configured key");
      }
    } catch (JWTDecodeException malformed) {
      // The decoder also fails on malformed dates: name the claim.
      DATES.forEach(parts.claims()::date);
      throw TokenParts.malformed();
    }
  }

  private static boolean isSignedWith(Algorithm algorithm, DecodedJWT token) {
    try {
      algorithm.verify(token);
      return true;
    } catch (SignatureVerificationException forged) {
      return false;
    }
  }

  private void checkStart(Claims claims) {
    Instant latest = clock.instant().plus(leeway);
    for (String name : List.of("nbf", "iat")) {
      if (claims.date(name).filter(latest::isBefore).isPresent()) {
        throw Claims.refused(name, "in the future", "a time in the past");
      }
    }
  }

  private static void checkIssuer(Claims claims, IssuerConfig config) {
    config
        .issuer()
        .filter(expected -> !claims.text("iss").filter(expected::equals).isPresent())
        .ifPresent(
            expected -> {
              throw Claims.refused("iss", "another or none", expected);
            });
  }

  private static void checkAudience(Claims claims, IssuerConfig config) {
    config
        .audience()
        .filter(expected -> !claims.texts("aud").contains(expected))
        .ifPresent(
            expected -> {
              throw Claims.refused("aud", "another or none", expected);
            });
  }

  private static UserId user(Claims claims, IssuerConfig config) {
    String subject =
        claims.text("sub").orElseThrow(() -> Claims.missing("sub", "the id of the user"));
    Set<String> tenants = config.tenants();
    String other = tenants.size() == 1 ? tenants.iterator().next() : DEFAULT_TENANT;
    String tenant = claims.text("tenant").orElse(other);
    if (!tenants.isEmpty() && !tenants.contains(tenant)) {
      throw Claims.refused("tenant", "another", "one that the issuer of the token may claim");
    }
    try {
      return new UserId(tenant, subject);
    } catch (IllegalArgumentException malformed) {
      throw Claims.refused(
          "sub or tenant", "malformed", "1 to 255 bytes of UTF-8 without control characters");
    }
  }

  private static Set<Scope> scopes(Claims claims, IssuerConfig config) {
    Set<Scope> scopes = EnumSet.noneOf(Scope.class);
    claims.words("scope").forEach(word -> Scope.parse(word).ifPresent(scopes::add));
    scopes.retainAll(config.scopes());
    return scopes;
  }
}
