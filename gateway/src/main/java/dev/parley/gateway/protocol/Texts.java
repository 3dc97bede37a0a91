package dev.parley.gateway.protocol;

/** The grammar of every error text: {@code name: value (expected: …)}, the value cut. */
public final class Texts {

  private static final int SHOWN = 80;

  private Texts() {}

  /** One error text; the value is cut at 80 characters and control characters are replaced. */
  public static String expected(String name, String value, String expectation) {
    return name + ": " + cut(value) + " (expected: " + expectation + ")";
  }

  /** The value as it may be shown: at most 80 characters, no control characters. */
  public static String cut(String value) {
    StringBuilder shown = new StringBuilder(Math.min(value.length(), SHOWN) + 1);
    int end = value.length() <= SHOWN ? value.length() : SHOWN;
    for (int i = 0; i < end; i++) {
      char c = value.charAt(i);
      boolean loneSurrogate =
          Character.isHighSurrogate(c)
              ? i + 1 >= end || !Character.isLowSurrogate(value.charAt(i + 1))
              : Character.isLowSurrogate(c)
                  && (i == 0 || !Character.isHighSurrogate(value.charAt(i - 1)));
      shown.append(Character.isISOControl(c) || loneSurrogate ? '\uFFFD' : c);
    }
    return value.length() <= SHOWN ? shown.toString() : shown.append('…').toString();
  }
}
