package dev.parley.gateway.auth;

import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RefusedException;
import java.util.concurrent.CompletionStage;

/** Verifies tokens. */
@FunctionalInterface
public interface TokenVerifier {

  /**
   * The user of a valid compact JWT (RFC 7519). Called on event loops: it does not block. The stage
   * is often complete already, and may otherwise complete on any thread.
   *
   * @param client what tells clients apart, by {@code equals}: those that send many tokens wait for
   *     each other, not others for them
   * @return fails with {@link RefusedException} if the token is not valid
   */
  CompletionStage<Principal> verify(String token, Object client);
}
