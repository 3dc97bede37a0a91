package dev.parley.gateway.auth;

import dev.parley.gateway.protocol.Texts;
import java.nio.charset.StandardCharsets;

/** The form of those ids of tokens that are shown and can be revoked (claim {@code jti}). */
public final class TokenId {

  private static final int MAX = 128;

  private TokenId() {}

  static boolean isValid(String id) {
    return !id.isEmpty()
        && id.length() <= MAX
        && id.chars().noneMatch(Character::isISOControl)
        && StandardCharsets.UTF_8.newEncoder().canEncode(id);
  }

  /**
   * The same id.
   *
   * @throws IllegalArgumentException if it has another form
   */
  public static String checked(String id) {
    if (!isValid(id)) {
      throw new IllegalArgumentException(
          Texts.expected("token_id", id, "1 to " + MAX + " characters without control characters"));
    }
    return id;
  }
}
