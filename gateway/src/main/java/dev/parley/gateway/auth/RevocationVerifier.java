package dev.parley.gateway.auth;

import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RefusedException;
import java.util.concurrent.CompletionStage;

/**
 * Refuses tokens that are revoked, after everything else about them was found valid. Callable from
 * any thread.
 */
public final class RevocationVerifier implements TokenVerifier {

  private final TokenVerifier verifier;
  private final Revocations revocations;
  private final Runnable onRefused;

  /** Asks the other verifier first; {@code onRefused} is called for each refusal. */
  public RevocationVerifier(TokenVerifier verifier, Revocations revocations, Runnable onRefused) {
    this.verifier = verifier;
    this.revocations = revocations;
    this.onRefused = onRefused;
  }

  @Override
  public CompletionStage<Principal> verify(String token, Object client) {
    return verifier.verify(token, client).thenApply(this::unrevoked);
  }

  private Principal unrevoked(Principal principal) {
    if (revocations.isRevoked(principal)) {
      onRefused.run();
      throw RefusedException.of(
          ErrorCode.UNAUTHENTICATED, "token: revoked (expected: a new token)");
    }
    return principal;
  }
}
