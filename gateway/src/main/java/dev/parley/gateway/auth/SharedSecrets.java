package dev.parley.gateway.auth;

import dev.parley.gateway.config.Secret;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The secrets that an issuer and the gateway share.
 *
 * @param last the secret before, while issuers change to the current one
 * @param algorithms that tokens may be signed with; not empty
 */
public record SharedSecrets(
    Secret current, Optional<LastSecret> last, Set<HmacAlgorithm> algorithms) implements KeyConfig {

  /**
   * A secret that is replaced.
   *
   * @param until when it stops to verify tokens
   */
  public record LastSecret(Secret secret, Instant until) {}

  public SharedSecrets {
    algorithms = Collections.unmodifiableSet(EnumSet.copyOf(algorithms));
  }

  /** One secret, for HS256 alone. */
  public static SharedSecrets of(Secret secret) {
    return new SharedSecrets(secret, Optional.empty(), EnumSet.of(HmacAlgorithm.HS256));
  }

  @Override
  public List<Secret> secrets() {
    return Stream.concat(Stream.of(current), last.map(LastSecret::secret).stream()).toList();
  }
}
