package dev.parley.gateway.auth;

import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RefusedException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a verification: the user, or why there is none.
 *
 * @param user null if there is a failure
 * @param failure in general a {@link RefusedException}
 */
public record Verified(@Nullable Principal user, @Nullable Throwable failure) {

  /** The outcome when the verification is complete; it does not fail. */
  public static CompletableFuture<Verified> of(CompletionStage<Principal> verification) {
    return verification.<Verified>handle(Verified::new).toCompletableFuture();
  }

  /** No user, for this reason. */
  public static Verified not(RefusedException refused) {
    return new Verified(null, refused);
  }

  /**
   * The user.
   *
   * @throws RefusedException if the token is not valid
   */
  public Principal require() {
    if (user != null) {
      return user;
    }
    Throwable cause =
        failure instanceof CompletionException wrapper && wrapper.getCause() != null
            ? wrapper.getCause()
            : failure;
    if (cause instanceof RefusedException refused) {
      throw refused;
    }
    throw new IllegalStateException("token: not verified", cause);
  }
}
