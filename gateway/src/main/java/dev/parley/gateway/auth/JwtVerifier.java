package dev.parley.gateway.auth;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.auth.VerifiedTokens.Hash;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.UserId;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Verifies signed JWTs (RFC 7519, RFC 8725): with secrets in the call, with public keys on threads
 * for it, once for each token. Callable from any thread; it never waits.
 *
 * <p>The signature is checked first: nothing else in a token counts before. Expiry is checked last:
 * {@code token_expired} means that a new token with the same claims is accepted.
 */
public final class JwtVerifier implements TokenVerifier {

  /** The tenant of a token that names none. */
  public static final String DEFAULT_TENANT = "default";

  private final JwtConfig config;
  private final List<Issuer> issuers;
  private final Clock clock;

  /** Null if no issuer has public keys. */
  private final @Nullable Verifications verifications;

  private record Issuer(IssuerConfig config, KeySource keys) {}

  /** Verifies as configured; there must be an issuer, and each must have secrets. */
  public JwtVerifier(JwtConfig config, Clock clock) {
    this(config, null, clock);
  }

  /** Verifies as configured; there must be an issuer. */
  public JwtVerifier(JwtConfig config, @Nullable Verifications verifications, Clock clock) {
    this(config, verifications, clock, List.of());
  }

  /** With the sources of these issuers, where they have the same keys. */
  private JwtVerifier(
      JwtConfig config, @Nullable Verifications verifications, Clock clock, List<Issuer> known) {
    this.config = config;
    this.issuers =
        config.issuers().stream()
            .map(
                each ->
                    new Issuer(
                        each,
                        known.stream()
                            .filter(other -> other.config().keys().equals(each.keys()))
                            .map(Issuer::keys)
                            .findFirst()
                            .orElseGet(() -> keys(each.keys(), verifications, clock))))
            .toList();
    this.verifications =
        issuers.stream().allMatch(each -> each.keys().isCheap())
            ? null
            : requireNonNull(verifications, "verifications");
    this.clock = clock;
  }

  /** A verifier with other settings; keys that are the same go on as they are. */
  JwtVerifier with(JwtConfig next, Verifications services) {
    return new JwtVerifier(next, services, clock, issuers);
  }

  /** What this verifier verified with keys that the next one lacks is forgotten. */
  void replacedBy(JwtVerifier next) {
    issuers.stream()
        .map(Issuer::keys)
        .filter(keys -> next.issuers.stream().noneMatch(other -> other.keys() == keys))
        .forEach(KeySource::retire);
  }

  JwtConfig config() {
    return config;
  }

  private static KeySource keys(
      KeyConfig keys, @Nullable Verifications verifications, Clock clock) {
    if (keys instanceof JwksLocation location) {
      return requireNonNull(verifications, "verifications").keySets().at(location);
    }
    return keys instanceof PublicKeys known
        ? new PublicKeySource(known)
        : new SharedSecretKeys((SharedSecrets) keys, clock);
  }

  @Override
  public CompletionStage<Principal> verify(String token, Object client) {
    try {
      TokenParts.checkLength(token);
      return verifications == null
          ? verify(token, null, client)
          : verifyOnce(token, Hash.of(token), client, verifications);
    } catch (RefusedException refused) {
      return CompletableFuture.failedFuture(refused);
    }
  }

  private CompletionStage<Principal> verifyOnce(
      String token, Hash hash, Object client, Verifications known) {
    Principal principal = known.cache().find(hash);
    if (principal == null) {
      return verify(token, hash, client);
    }
    known.metrics().cached();
    if (isExpired(principal)) {
      known.cache().forget(hash);
      throw expired();
    }
    return CompletableFuture.completedFuture(principal);
  }

  /** A hash is there if an issuer has public keys. Begins again if a key is removed meanwhile. */
  private CompletionStage<Principal> verify(String token, @Nullable Hash hash, Object client) {
    TokenParts parts = TokenParts.read(token);
    Issuer issuer = issuer(parts.claims());
    KeySource keys = issuer.keys();
    long generation = keys.generation();
    CompletionStage<List<SignatureCheck>> found = find(parts.header(), keys);
    if (keys.isCheap() || hash == null || verifications == null) {
      return found.thenApply(checks -> principal(token, parts, issuer, checks));
    }
    Verifications services = verifications;
    long began = System.nanoTime();
    CompletionStage<Principal> verified =
        found.thenCompose(
            checks ->
                services.pool().submit(client, () -> principal(token, parts, issuer, checks)));
    return verified
        .whenComplete(
            (principal, refused) -> {
              if (principal == null && isOverload(refused)) {
                return;
              }
              services.metrics().latency().record(System.nanoTime() - began);
              if (principal == null) {
                services.metrics().invalid();
              } else {
                services.metrics().valid();
                services.cache().add(hash, principal, keys, generation);
              }
            })
        .thenCompose(
            principal ->
                keys.generation() == generation
                    ? verified
                    : verify(token, hash, client)); // a key was removed meanwhile
  }

  private static boolean isOverload(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof RefusedException refused
        && refused.refusal().code() == ErrorCode.OVERLOADED;
  }

  private Principal principal(
      String token, TokenParts parts, Issuer issuer, List<SignatureCheck> checks) {
    Claims claims = parts.claims();
    checkSignature(token, checks);
    Instant expiresAt =
        claims.date("exp").orElseThrow(() -> Claims.missing("exp", "when the token expires"));
    // The connection expires at the same instant, so a token accepted here does not end it at once.
    Instant withLeeway = expiresAt.plus(config.leeway());
    Instant goodUntil = withLeeway.isBefore(Claims.LATEST) ? withLeeway : Claims.LATEST;
    checkStart(claims);
    checkIssuer(claims, issuer.config());
    checkAudience(claims, issuer.config());
    Principal principal =
        new Principal(
            user(claims, issuer.config()),
            claimed(claims, "tier", issuer.config().tiers(), Principal.DEFAULT_TIER),
            scopes(claims, issuer.config()),
            goodUntil,
            claims.tokenId(),
            claims.date("iat"));
    if (isExpired(principal)) {
      throw expired();
    }
    return principal;
  }

  private boolean isExpired(Principal principal) {
    return !clock.instant().isBefore(principal.expiresAt());
  }

  private static RefusedException expired() {
    return RefusedException.of(ErrorCode.TOKEN_EXPIRED, "token: expired (expected: a new token)");
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

  private static CompletionStage<List<SignatureCheck>> find(Claims header, KeySource keys) {
    if (header.has("crit")) {
      throw Claims.refused("token: crit", "present", "no critical extensions");
    }
    String alg = header.text("alg").orElseThrow(() -> Claims.missing("token: alg", "a signed JWT"));
    return keys.find(alg, header.text("kid").orElse(null));
  }

  private static void checkSignature(String token, List<SignatureCheck> checks) {
    if (checks.stream().noneMatch(each -> each.isSignatureOf(token))) {
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
    String tenant = claimed(claims, "tenant", config.tenants(), DEFAULT_TENANT);
    try {
      return new UserId(tenant, subject);
    } catch (IllegalArgumentException malformed) {
      throw Claims.refused(
          "sub or tenant", "malformed", "1 to 255 bytes of UTF-8 without control characters");
    }
  }

  /** A claim of an issuer that is bound to these values; empty for any. */
  private static String claimed(Claims claims, String name, Set<String> bound, String otherwise) {
    String value =
        claims.text(name).orElse(bound.size() == 1 ? bound.iterator().next() : otherwise);
    if (!bound.isEmpty() && !bound.contains(value)) {
      throw Claims.refused(name, "another", "one that the issuer of the token may claim");
    }
    return value;
  }

  private static Set<Scope> scopes(Claims claims, IssuerConfig config) {
    Set<Scope> scopes = EnumSet.noneOf(Scope.class);
    claims.words("scope").forEach(word -> Scope.parse(word).ifPresent(scopes::add));
    scopes.retainAll(config.scopes());
    return scopes;
  }
}
