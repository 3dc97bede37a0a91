package dev.parley.gateway.protocol;

import java.time.Instant;
import java.util.Set;

/**
 * A verified identity and the claims that count. It comes from a verified token only.
 *
 * @param tier the name in the token; a name that is not configured counts as {@code early}
 * @param expiresAt when the token, leeway included, and a connection that was opened with it, ends
 */
public record Principal(UserId user, String tier, Set<Scope> scopes, Instant expiresAt) {

  /** Keeps its own copy of the scopes. */
  public Principal {
    scopes = Set.copyOf(scopes);
  }

  public boolean has(Scope scope) {
    return scopes.contains(scope);
  }
}
