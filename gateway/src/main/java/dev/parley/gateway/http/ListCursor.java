package dev.parley.gateway.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.gateway.log.ListPosition;
import dev.parley.gateway.protocol.Texts;
import dev.parley.gateway.protocol.ThreadId;
import java.nio.ByteBuffer;
import java.util.Base64;

/** A position in the list of threads as text that clients hand back as it is: {@code next}. */
final class ListCursor {

  private static final int MAX = 128;

  private ListCursor() {}

  static String text(ListPosition position) {
    byte[] name = position.thread().value().getBytes(US_ASCII);
    byte[] bytes =
        ByteBuffer.allocate(Long.BYTES + name.length)
            .putLong(position.activityMillis())
            .put(name)
            .array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /**
   * The position of the text.
   *
   * @throws IllegalArgumentException when it is none that was given out
   */
  static ListPosition parse(String text) {
    byte[] bytes = text.length() > MAX ? new byte[0] : decoded(text);
    if (bytes.length <= Long.BYTES || bytes[0] < 0) {
      throw unknown(text);
    }
    try {
      String name = new String(bytes, Long.BYTES, bytes.length - Long.BYTES, US_ASCII);
      return new ListPosition(ByteBuffer.wrap(bytes).getLong(), new ThreadId(name));
    } catch (IllegalArgumentException noThread) {
      throw unknown(text);
    }
  }

  private static byte[] decoded(String text) {
    try {
      return Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException notBase64) {
      throw unknown(text);
    }
  }

  private static IllegalArgumentException unknown(String text) {
    return new IllegalArgumentException(Texts.expected("after", text, "the next of another page"));
  }
}
