package dev.parley.gateway.auth;

import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RefusedException;

/** Verifies tokens. */
@FunctionalInterface
public interface TokenVerifier {

  /**
   * The user of a valid compact JWT (RFC 7519). Called on event loops: it must not block.
   *
   * @throws RefusedException if the token is not valid
   */
  Principal verify(String token);
}
