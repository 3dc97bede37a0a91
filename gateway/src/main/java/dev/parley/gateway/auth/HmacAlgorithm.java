package dev.parley.gateway.auth;

import com.auth0.jwt.algorithms.Algorithm;
import dev.parley.gateway.config.Secret;
import java.util.Arrays;
import java.util.Optional;

/** An algorithm of a shared secret, by its name in tokens (RFC 7518, section 3.2). */
public enum HmacAlgorithm {
  HS256(32),
  HS384(48),
  HS512(64);

  private final int minBytes;

  HmacAlgorithm(int minBytes) {
    this.minBytes = minBytes;
  }

  /** The algorithm of this name; names are compared to the letter. */
  static Optional<HmacAlgorithm> of(String name) {
    return Arrays.stream(values()).filter(each -> each.name().equals(name)).findFirst();
  }

  /** The length of the hash, which a secret must have at least. */
  int minBytes() {
    return minBytes;
  }

  Algorithm with(Secret secret) {
    return switch (this) {
      case HS256 -> Algorithm.HMAC256(secret.bytes());
      case HS384 -> Algorithm.HMAC384(secret.bytes());
      case HS512 -> Algorithm.HMAC512(secret.bytes());
    };
  }
}
