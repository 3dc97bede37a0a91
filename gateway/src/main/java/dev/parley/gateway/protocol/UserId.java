package dev.parley.gateway.protocol;

import java.nio.charset.StandardCharsets;

/**
 * A user: the {@code sub} claim of a verified token and its tenant. Both are 1 to 255 bytes of
 * UTF-8 without control characters.
 */
public record UserId(String tenant, String subject) {

  private static final int MAX_BYTES = 255;

  /**
   * Checks both texts.
   *
   * @throws IllegalArgumentException naming the claim and what was expected
   */
  public UserId {
    check("tenant", tenant);
    check("sub", subject);
  }

  private static void check(String claim, String value) {
    boolean wellFormed =
        !value.isEmpty()
            && value.length() <= MAX_BYTES
            && value.chars().noneMatch(Character::isISOControl)
            && StandardCharsets.UTF_8.newEncoder().canEncode(value)
            && value.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
    if (!wellFormed) {
      throw new IllegalArgumentException(
          Texts.expected(claim, value, "1 to 255 bytes of UTF-8 without control characters"));
    }
  }
}
