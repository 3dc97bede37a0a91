package dev.parley.gateway.auth;

import com.auth0.jwt.algorithms.Algorithm;
import dev.parley.gateway.protocol.RefusedException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the keys of a token's signature. The header of the token selects among the configured keys;
 * keys or algorithms in the header itself are ignored.
 */
@FunctionalInterface
interface KeySource {

  /**
   * The algorithms and keys for a token's header; the signature must be that of one of them. Called
   * on event loops: it must not block.
   *
   * @param alg the header {@code alg} (RFC 7518, section 3.1)
   * @param kid the header {@code kid}, if there is one
   * @return at least one, and only a few
   * @throws RefusedException if no configured key matches
   */
  List<Algorithm> find(String alg, @Nullable String kid);
}
