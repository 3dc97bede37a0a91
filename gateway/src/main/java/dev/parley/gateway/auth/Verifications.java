package dev.parley.gateway.auth;

import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.monitor.VerificationMetrics;

/** What verifying with public keys needs, whatever the keys are. Callable from any thread. */
public final class Verifications implements AutoCloseable {

  private final VerificationPool pool;
  private final VerifiedTokens cache;
  private final VerificationMetrics metrics;
  private final JwksSources keySets;

  /** Without a thread until there is a token to verify. */
  public Verifications(VerificationConfig config, Metrics metrics) {
    this.metrics = metrics.verifications();
    this.pool = new VerificationPool(config.threads(), config.queue(), this.metrics);
    this.cache = new VerifiedTokens(config.cacheEntries(), config.cacheBytes());
    this.keySets = new JwksSources(config.jwks(), this.metrics);
    metrics.gauge(
        "parley_token_verifications_waiting",
        "Tokens that wait to be verified with a public key now.",
        pool::waiting);
    metrics.gauge(
        "parley_limit_token_verifications_waiting",
        "Tokens that may wait to be verified with a public key.",
        config::queue);
    metrics.gauge(
        "parley_verified_tokens", "Tokens that are remembered as verified now.", cache::size);
    metrics.gauge(
        "parley_verified_token_bytes", "Bytes of the tokens remembered now.", cache::bytes);
  }

  VerificationPool pool() {
    return pool;
  }

  VerifiedTokens cache() {
    return cache;
  }

  VerificationMetrics metrics() {
    return metrics;
  }

  JwksSources keySets() {
    return keySets;
  }

  @Override
  public void close() {
    keySets.close();
    pool.close();
  }
}
