package dev.parley.gateway.codec;

/**
 * Finds halves of surrogate pairs that stand alone in JSON text, as escapes: {@code \\ud800}
 * without its other half. They are no characters (RFC 8259, section 8.2), and strict parsers refuse
 * them. Valid UTF-8 has none.
 */
final class Surrogates {

  static final int NONE = -1;

  private static final int ESCAPE = 6;
  private static final byte[] REPLACEMENT = {'\\', 'u', 'f', 'f', 'f', 'd'};

  private Surrogates() {}

  /** The place of the first half that stands alone, from {@code from} on, or {@link #NONE}. */
  static int firstAlone(byte[] json, int from) {
    int at = from;
    while (at < json.length) {
      if (json[at] != '\\') {
        at++;
        continue;
      }
      int unit = unit(json, at);
      if (unit < 0) {
        at += 2;
      } else if (!isHalf(unit)) {
        at += ESCAPE;
      } else if (Character.isHighSurrogate((char) unit) && isLow(unit(json, at + ESCAPE))) {
        at += 2 * ESCAPE;
      } else {
        return at;
      }
    }
    return NONE;
  }

  /** The same text with U+FFFD instead of each half that stands alone. The length is the same. */
  static byte[] replaced(byte[] json) {
    int at = firstAlone(json, 0);
    if (at == NONE) {
      return json;
    }
    byte[] replaced = json.clone();
    while (at != NONE) {
      System.arraycopy(REPLACEMENT, 0, replaced, at, ESCAPE);
      at = firstAlone(replaced, at + ESCAPE);
    }
    return replaced;
  }

  private static boolean isHalf(int unit) {
    return Character.isSurrogate((char) unit);
  }

  private static boolean isLow(int unit) {
    return unit >= 0 && Character.isLowSurrogate((char) unit);
  }

  /** The UTF-16 unit of the escape at this place, or {@link #NONE} without an escape. */
  private static int unit(byte[] json, int at) {
    if (at + ESCAPE > json.length || json[at] != '\\' || json[at + 1] != 'u') {
      return NONE;
    }
    int unit = 0;
    for (int i = at + 2; i < at + ESCAPE; i++) {
      int digit = Character.digit(json[i], 16);
      if (digit < 0) {
        return NONE;
      }
      unit = unit << 4 | digit;
    }
    return unit;
  }
}
