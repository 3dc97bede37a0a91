package dev.parley.gateway.auth;

import dev.parley.gateway.config.Secret;
import dev.parley.gateway.protocol.Scope;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * An issuer of tokens: how its tokens are verified, and what they may claim.
 *
 * @param issuer the required value of {@code iss}; empty for any
 * @param audience a value that {@code aud} must contain
 * @param tenants that its tokens may claim; empty for any
 * @param tiers that its tokens may claim; empty for any
 * @param scopes that its tokens may have; others in a token are ignored
 */
public record IssuerConfig(
    Optional<String> issuer,
    Optional<String> audience,
    KeyConfig keys,
    Set<String> tenants,
    Set<String> tiers,
    Set<Scope> scopes) {

  public IssuerConfig {
    tenants = Set.copyOf(tenants);
    tiers = Set.copyOf(tiers);
    scopes = Set.copyOf(scopes);
  }

  /** The only issuer of a gateway, bound to nothing. */
  public static IssuerConfig of(Secret secret) {
    return new IssuerConfig(
        Optional.empty(),
        Optional.empty(),
        SharedSecrets.of(secret),
        Set.of(),
        Set.of(),
        EnumSet.allOf(Scope.class));
  }
}
