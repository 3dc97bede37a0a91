package dev.parley.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.protocol.Texts;
import java.util.Base64;
import java.util.function.BiFunction;

/**
 * A position in a list that two names make, as text that clients hand back as it is: {@code next}.
 */
final class PairCursor {

  private static final int MAX = 1024;

  private PairCursor() {}

  /** The text of these; the first has no space. */
  static String text(String first, String second) {
    byte[] both = (first + " " + second).getBytes(UTF_8);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(both);
  }

  /**
   * The position of the text.
   *
   * @param form makes it of the two names
   * @throws IllegalArgumentException when it is none that was given out
   */
  static <T> T parse(String text, BiFunction<String, String, T> form) {
    try {
      String both =
          text.length() > MAX ? "" : new String(Base64.getUrlDecoder().decode(text), UTF_8);
      int space = both.indexOf(' ');
      return form.apply(both.substring(0, Math.max(0, space)), both.substring(space + 1));
    } catch (IllegalArgumentException malformed) {
      throw new IllegalArgumentException(
          Texts.expected("after", text, "the next of another page"), malformed);
    }
  }
}
