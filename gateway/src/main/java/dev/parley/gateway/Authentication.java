package dev.parley.gateway;

import dev.parley.gateway.auth.CurrentVerifier;
import dev.parley.gateway.auth.JwtConfig;
import dev.parley.gateway.auth.StoredSecret;
import dev.parley.gateway.auth.TokenSigner;
import dev.parley.gateway.auth.TokenVerifier;
import dev.parley.gateway.auth.Verifications;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.http.DevTokenEndpoint;
import dev.parley.gateway.http.ImmediateEndpoint;
import dev.parley.gateway.log.StoreConfig;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.Scope;
import java.io.IOException;
import java.time.Clock;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Verifies tokens, and issues them in development mode.
 *
 * @param keys the keys of the verifier, which a reload replaces
 * @param developmentKey the key that gets a token in development mode
 */
record Authentication(
    TokenVerifier verifier,
    CurrentVerifier keys,
    Verifications verifications,
    Optional<Secret> developmentKey,
    List<ImmediateEndpoint> endpoints)
    implements AutoCloseable {

  static Authentication of(GatewayConfig config, Clock clock, Metrics metrics, Problems problems) {
    boolean isDevelopment = config.developmentMode();
    JwtConfig jwt =
        isDevelopment
            ? config.jwt().withOnly(stored(StoredSecret.DEVELOPMENT, config, problems))
            : config.jwt();
    Verifications verifications = new Verifications(config.verification(), metrics);
    CurrentVerifier verifier = new CurrentVerifier(jwt, verifications, clock);
    Secret secret = jwt.secrets().isEmpty() ? StoredSecret.random() : jwt.secrets().get(0);
    verifyOne(verifier, secret, clock);
    if (!isDevelopment) {
      return new Authentication(verifier, verifier, verifications, Optional.empty(), List.of());
    }
    Set<Scope> scopes = EnumSet.of(Scope.CHAT, Scope.AGENT);
    if (config.dev().admin()) {
      scopes.add(Scope.ADMIN);
      scopes.add(Scope.OPERATOR);
    }
    byte[] random = StoredSecret.random().bytes();
    Secret key = Secret.of(Base64.getUrlEncoder().withoutPadding().encodeToString(random));
    ImmediateEndpoint tokens = new DevTokenEndpoint(key, new TokenSigner(secret, scopes, clock));
    return new Authentication(verifier, verifier, verifications, Optional.of(key), List.of(tokens));
  }

  /** Ends the threads that verify. */
  @Override
  public void close() {
    verifications.close();
  }

  /** The same with this verifier in front of its own, which it asks. */
  Authentication behind(UnaryOperator<TokenVerifier> front) {
    return new Authentication(
        front.apply(verifier), keys, verifications, developmentKey, endpoints);
  }

  /** Verifies one token now: that loads classes, which must not happen on an event loop. */
  private static void verifyOne(TokenVerifier verifier, Secret secret, Clock clock) {
    String token = new TokenSigner(secret, Set.of(), clock).sign("nobody", "none").token();
    // It may be refused: the token names no issuer and no audience.
    var ignored = verifier.verify(token, "start");
  }

  /** The secret of this name in the store's folder; one of this process if the store has none. */
  static Secret stored(String name, GatewayConfig config, Problems problems) {
    if (config.store().type() == StoreConfig.Type.MEMORY) {
      return StoredSecret.random();
    }
    try {
      return StoredSecret.in(config.store().path(), name);
    } catch (IOException e) {
      problems.add("store.path", config.store().path().toString(), StartupChecks.folder(e));
      return StoredSecret.random();
    }
  }
}
