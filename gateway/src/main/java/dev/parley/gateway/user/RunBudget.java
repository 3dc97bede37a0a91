package dev.parley.gateway.user;

/**
 * What a run may still say, in bytes of UTF-8: its texts, thoughts, tools, state and all else
 * together. Only its end is not counted. Used at the user's home only.
 */
final class RunBudget {

  static final long BYTES = 8L << 20;

  /** What an event counts beside its values; pieces of text are joined, so they count alone. */
  static final int ENVELOPE = 128;

  private long left = BYTES;

  /** Takes the bytes of one event; false, and nothing taken, when there are not so many left. */
  boolean take(long bytes) {
    if (bytes > left) {
      return false;
    }
    left -= bytes;
    return true;
  }

  /** Takes the beginning of the text that fits, in whole characters. */
  String fitting(String text) {
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
