package dev.parley.gateway.auth;

import com.auth0.jwt.algorithms.Algorithm;
import dev.parley.gateway.protocol.RefusedException;
import org.jspecify.annotations.Nullable;

/**
 * Finds the key of a token's signature. The header of the token selects one of the configured keys;
 * keys or algorithms in the header itself are ignored.
 */
@FunctionalInterface
public interface KeySource {

  /**
   * The algorithm and key for a token's header. Called on event loops: it must not block.
   *
   * @param alg the header {@code alg} (RFC 7518, section 3.1)
   * @param kid the header {@code kid}, if there is one
   * @throws RefusedException if no configured key matches
   */
  Algorithm find(String alg, @Nullable String kid);
}
