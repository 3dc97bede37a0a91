package dev.parley.gateway.limit;

/**
 * The bytes of UTF-8 that a run may still append: texts, thoughts, tools, state and all else
 * together. Only its end is not counted. Used by one thread: the user's home.
 */
public final class RunBudget {

  public static final long MAX_BYTES = 8L << 20;

  /** Bytes that an event counts in addition to its values. Texts do not: deltas are merged. */
  public static final int ENVELOPE = 128;

  private long left = MAX_BYTES;

  /** Takes the bytes of one event; takes nothing and returns false if fewer are left. */
  public boolean take(long bytes) {
    if (bytes > left) {
      return false;
    }
    left -= bytes;
    return true;
  }

  /** Takes and returns the beginning of the text that fits, in whole characters. */
  public String fitting(String text) {
    int end = 0;
    while (end < text.length()) {
      int character = text.codePointAt(end);
      if (!take(bytes(character))) {
        return text.substring(0, end);
      }
      end += Character.charCount(character);
    }
    return text;
  }

  private static int bytes(int character) {
    if (character < 0x80) {
      return 1;
    }
    return character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
  }
}
