package dev.parley.gateway.protocol;

import java.util.Optional;

/**
 * The title of a conversation: 1 to {@value #MAX} characters (code points), none of them a control
 * character or half of a surrogate pair, no space at its ends.
 */
public record Title(String value) {

  /** The maximum number of code points. */
  public static final int MAX = 200;

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException when it is another one
   */
  public Title {
    if (!Texts.isWhole(value)) {
      throw new IllegalArgumentException(
          Texts.expected("title", value, "no half of a surrogate pair"));
    }
    boolean isPlain = value.codePoints().noneMatch(Character::isISOControl);
    int length = value.codePointCount(0, value.length());
    if (!isPlain || !value.equals(value.strip()) || length < 1 || length > MAX) {
      throw new IllegalArgumentException(
          Texts.expected("title", value, "1 to " + MAX + " characters, no control characters"));
    }
  }

  /**
   * The title that a client sets: white space at its ends is removed first.
   *
   * @throws IllegalArgumentException when the rest is no title
   */
  public static Title trimmed(String given) {
    return new Title(given.strip());
  }

  /** The title that is meant by any text, cut and cleaned; none when nothing of it can be shown. */
  public static Optional<Title> nearest(String given) {
    String title = Texts.line(given, MAX);
    return title.isEmpty() ? Optional.empty() : Optional.of(new Title(title));
  }

  @Override
  public String toString() {
    return value;
  }
}
