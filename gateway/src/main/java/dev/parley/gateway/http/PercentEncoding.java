package dev.parley.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.codec.Utf8;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Texts;
import java.io.ByteArrayOutputStream;

/** Strict percent-decoding (RFC 3986, section 2.1). Bytes that are not UTF-8 are refused. */
final class PercentEncoding {

  private static final int HEX = 16;

  private PercentEncoding() {}

  /**
   * Decodes the text.
   *
   * @param name of the part of the request, for the error text
   * @throws RefusedException with 400
   */
  static String decode(String name, String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        bytes.write(octet(name, text, i + 1));
        i += 2;
      } else if (c > ' ' && c < 0x7F) {
        bytes.write(c);
      } else {
        throw malformed(name, text);
      }
    }
    if (!Utf8.isValid(bytes.toByteArray())) {
      throw malformed(name, text);
    }
    return bytes.toString(UTF_8);
  }

  private static int octet(String name, String text, int at) {
    int high = at + 1 < text.length() ? Character.digit(text.charAt(at), HEX) : -1;
    int low = high < 0 ? -1 : Character.digit(text.charAt(at + 1), HEX);
    if (low < 0) {
      throw malformed(name, text);
    }
    return high * HEX + low;
  }

  private static RefusedException malformed(String name, String text) {
    return RefusedException.invalid(
        Texts.expected(name, text, "ASCII, with UTF-8 in percent-encoding"));
  }
}
