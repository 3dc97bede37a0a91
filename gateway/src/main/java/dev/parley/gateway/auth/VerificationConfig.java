package dev.parley.gateway.auth;

import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Settings;

/**
 * What verifying with public keys may cost. HS256 and its kin are cheap, and verified at once.
 *
 * @param threads that verify
 * @param queue how many tokens may wait for them
 * @param cacheEntries how many verified tokens are remembered
 * @param cacheBytes the memory for them
 * @param jwks how key sets are fetched
 */
public record VerificationConfig(
    int threads, int queue, int cacheEntries, int cacheBytes, JwksConfig jwks) {

  public static VerificationConfig read(Settings settings) {
    return new VerificationConfig(
        settings.get(
            "auth.verification.threads",
            "2",
            Parsers.integer(1, 64),
            "Threads that verify tokens with public keys."),
        settings.get(
            "auth.verification.queue",
            "1024",
            Parsers.integer(1, 100_000),
            "Tokens that may wait for these threads, an eighth of them of one address; others get"
                + " 503."),
        settings.get(
            "auth.verification.cache_entries",
            "10000",
            Parsers.integer(0, 1_000_000),
            "Tokens of public keys that are remembered as verified until they expire."),
        settings.get(
            "auth.verification.cache_memory",
            "8MiB",
            Quantities.size("0", "1GiB"),
            "Memory for them."),
        JwksConfig.read(settings));
  }
}
