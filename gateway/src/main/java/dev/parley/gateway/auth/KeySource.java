package dev.parley.gateway.auth;

import dev.parley.gateway.protocol.RefusedException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Finds the keys of a token's signature. The header of the token selects among the keys of its
 * issuer; keys and addresses of keys in the header itself are ignored.
 */
interface KeySource {

  /** The generation of a source that has no key now. */
  long NO_KEYS = -1;

  /**
   * The checks for a token's header; the signature must pass one of them. Called on event loops: it
   * must not block.
   *
   * @param alg the header {@code alg} (RFC 7518, section 3.1)
   * @param kid the header {@code kid}, if there is one
   * @return at least one, and only a few; fails with {@link RefusedException} as this call does
   * @throws RefusedException if no key of the issuer matches
   */
  CompletionStage<List<SignatureCheck>> find(String alg, @Nullable String kid);

  /** Whether a check is cheap enough for an event loop. */
  boolean isCheap();

  /**
   * Another number as soon as a key that may have verified a token is gone; {@link #NO_KEYS} while
   * there is none.
   */
  long generation();

  /** No token counts any more because of these keys: others take their place. */
  default void retire() {}
}
