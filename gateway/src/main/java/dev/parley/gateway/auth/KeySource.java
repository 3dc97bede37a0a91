package dev.parley.gateway.auth;

import com.auth0.jwt.algorithms.Algorithm;
import dev.parley.gateway.protocol.RefusedException;
import org.jspecify.annotations.Nullable;

/**
 * Finds the key a token must be signed with. The token's header only chooses among what is
 * configured; it brings neither keys nor algorithms of its own.
 */
@FunctionalInterface
public interface KeySource {

  /**
   * The algorithm with its key for a token's header. Called on event loops: it must not block.
   *
   * @param alg the header {@code alg} (RFC 7518, section 3.1)
   * @param kid the header {@code kid}, if there is one
   * @throws RefusedException when nothing configured fits
   */
  Algorithm find(String alg, @Nullable String kid);
}
