package dev.parley.gateway.auth;

import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RefusedException;

/** Decides who bears a token. */
@FunctionalInterface
public interface TokenVerifier {

  /**
   * The verified bearer of a compact JWT (RFC 7519). Called on event loops: it must not block.
   *
   * @throws RefusedException when the token proves nothing
   */
  Principal verify(String token);
}
