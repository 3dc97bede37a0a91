package dev.parley.gateway.protocol;

import java.time.Instant;
import java.util.Set;

/**
 * A verified identity and the claims that the gateway uses. Made from a verified token only.
 *
 * @param tier the name in the token; a name that is not configured counts as {@value #DEFAULT_TIER}
 * @param expiresAt the end of the token, leeway included, and of a connection opened with it
 */
public record Principal(UserId user, String tier, Set<Scope> scopes, Instant expiresAt) {

  /** The tier of a user whose token names none, or one that is not configured. */
  public static final String DEFAULT_TIER = "early";

  /** Copies the scopes. */
  public Principal {
    scopes = Set.copyOf(scopes);
  }

  public boolean has(Scope scope) {
    return scopes.contains(scope);
  }
}
