package dev.parley.gateway.bench.socket;

/** Finds members in the text of a frame, whose own come before those of its payload. */
final class FrameText {

  private FrameText() {}

  static boolean isOf(String type, String text) {
    return text.startsWith("{\"type\":\"" + type + '"');
  }

  static boolean has(String text, String name) {
    return text.contains('"' + name + "\":");
  }

  /** The whole number that is the first member of this name; it must be there. */
  static long number(String text, String name) {
    int begin = after(text, name);
    int end = begin;
    while (Character.isDigit(text.charAt(end))) {
      end++;
    }
    return Long.parseLong(text, begin, end, 10);
  }

  /** The string, without escapes, that is the first member of this name; it must be there. */
  static String string(String text, String name) {
    int begin = after(text, name) + 1;
    return text.substring(begin, text.indexOf('"', begin));
  }

  private static int after(String text, String name) {
    String member = '"' + name + "\":";
    int at = text.indexOf(member);
    if (at < 0) {
      throw new IllegalStateException(name + ": nothing (expected: a member of " + text + ")");
    }
    return at + member.length();
  }
}
