package dev.parley.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.protocol.Texts;
import dev.parley.gateway.protocol.UserId;
import java.util.Base64;

/** A user in a list of users as text that clients hand back as it is: {@code next}. */
final class UserNames {

  private UserNames() {}

  static String text(UserId user) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(user.subject().getBytes(UTF_8));
  }

  /**
   * The user of the text.
   *
   * @throws IllegalArgumentException when it is none that was given out
   */
  static UserId parse(String tenant, String text) {
    try {
      return new UserId(tenant, new String(Base64.getUrlDecoder().decode(text), UTF_8));
    } catch (IllegalArgumentException malformed) {
      throw new IllegalArgumentException(
          Texts.expected("after", text, "the next of another page"), malformed);
    }
  }
}
