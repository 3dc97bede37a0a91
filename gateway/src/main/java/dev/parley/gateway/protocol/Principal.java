package dev.parley.gateway.protocol;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A verified identity and the claims that the gateway uses. Made from a verified token only.
 *
 * @param tier the name in the token; a name that is not configured counts as {@value #DEFAULT_TIER}
 * @param expiresAt the end of the token, leeway included, and of a connection opened with it
 * @param tokenId the {@code jti} of the token; absent when it has none that can be shown
 * @param issuedAt the {@code iat} of the token, in whole seconds; empty when it has none
 */
public record Principal(
    UserId user,
    String tier,
    Set<Scope> scopes,
    Instant expiresAt,
    @Nullable String tokenId,
    Optional<Instant> issuedAt) {

  /** The tier of a user whose token names none, or one that is not configured. */
  public static final String DEFAULT_TIER = "early";

  /** Copies the scopes. */
  public Principal {
    scopes = Set.copyOf(scopes);
  }

  /** The same of a token that has neither an id nor a time of issue. */
  public Principal(UserId user, String tier, Set<Scope> scopes, Instant expiresAt) {
    this(user, tier, scopes, expiresAt, null, Optional.empty());
  }

  public boolean has(Scope scope) {
    return scopes.contains(scope);
  }

  /** Whether it may be told of runs: of all of the user, or of those that it starts. */
  public boolean mayRead() {
    return has(Scope.CHAT) || has(Scope.AGENT);
  }
}
