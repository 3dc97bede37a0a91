package dev.parley.gateway.auth;

import com.auth0.jwt.algorithms.Algorithm;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Texts;
import org.jspecify.annotations.Nullable;

/** A secret that issuer and gateway share, for HS256 only. {@code kid} is ignored. */
public final class SharedSecret implements KeySource {

  /** RFC 7518, section 3.2: the key is at least as long as the hash. */
  public static final int MIN_BYTES = 32;

  private static final String ALG = "HS256";

  private final Algorithm algorithm;

  /**
   * Verifies with this secret.
   *
   * @throws IllegalArgumentException if it is shorter than {@link #MIN_BYTES}
   */
  public SharedSecret(Secret secret) {
    if (secret.length() < MIN_BYTES) {
      throw new IllegalArgumentException(
          Texts.expected("secret", secret.length() + " bytes", "at least " + MIN_BYTES + " bytes"));
    }
    algorithm = Algorithm.HMAC256(secret.bytes());
  }

  @Override
  public Algorithm find(String alg, @Nullable String kid) {
    if (!alg.equals(ALG)) {
      throw RefusedException.of(
          ErrorCode.UNAUTHENTICATED, Texts.expected("token: alg", "another", ALG));
    }
    return algorithm;
  }
}
