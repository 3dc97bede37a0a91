package dev.parley.gateway.protocol;

/** The form of error texts, {@code name: value (expected: …)}, and texts that are safe to show. */
public final class Texts {

  private static final int MAX_SHOWN = 80;

  private Texts() {}

  /** An error text; the value is cut at 80 characters and control characters are replaced. */
  public static String expected(String name, String value, String expectation) {
    return name + ": " + cut(value) + " (expected: " + expectation + ")";
  }

  /** The value in a form to show: at most 80 characters, no control characters. */
  public static String cut(String value) {
    int end = end(value);
    StringBuilder shown = new StringBuilder(end + 1);
    for (int i = 0; i < end; i++) {
      char c = value.charAt(i);
      boolean loneSurrogate =
          Character.isHighSurrogate(c)
              ? i + 1 >= end || !Character.isLowSurrogate(value.charAt(i + 1))
              : Character.isLowSurrogate(c)
                  && (i == 0 || !Character.isHighSurrogate(value.charAt(i - 1)));
      shown.append(Character.isISOControl(c) || loneSurrogate ? '\uFFFD' : c);
    }
    return end == value.length() ? shown.toString() : shown.append('…').toString();
  }

  /** The end of the shown part: a surrogate pair is shown whole or not at all. */
  private static int end(String value) {
    if (value.length() <= MAX_SHOWN) {
      return value.length();
    }
    return Character.isSurrogatePair(value.charAt(MAX_SHOWN - 1), value.charAt(MAX_SHOWN))
        ? MAX_SHOWN - 1
        : MAX_SHOWN;
  }

  /**
   * The text as one line to show: control characters are spaces, halves of surrogate pairs are
   * replaced, white space at its ends is removed.
   *
   * @param max the maximum number of code points
   */
  public static String line(String text, int max) {
    StringBuilder clean = new StringBuilder();
    whole(text)
        .codePoints()
        .map(each -> Character.isISOControl(each) ? ' ' : each)
        .dropWhile(Character::isWhitespace)
        .limit(max)
        .forEach(clean::appendCodePoint);
    return clean.toString().strip();
  }

  /** Whether no half of a surrogate pair is in the text without its other half. */
  public static boolean isWhole(String text) {
    return whole(text).equals(text);
  }

  /** The text with U+FFFD instead of each half of a surrogate pair without its other half. */
  public static String whole(String text) {
    char[] chars = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else {
        chars = chars == null ? text.toCharArray() : chars;
        chars[i] = '\uFFFD';
      }
    }
    return chars == null ? text : new String(chars);
  }
}
