package dev.parley.gateway.bench.socket;

/** Finds members in the text of a frame. Members of the frame precede those of its payload. */
final class FrameText {

  private FrameText() {}

  static boolean isOf(String type, String text) {
    return text.startsWith("{\"type\":\"" + type + '"');
  }

  static boolean has(String text, String name) {
    return text.contains('"' + name + "\":");
  }

  /** The whole number of the first member with this name, which must exist. */
  static long number(String text, String name) {
    int begin = after(text, name);
    int end = begin;
    while (Character.isDigit(text.charAt(end))) {
      end++;
    }
    return Long.parseLong(text, begin, end, 10);
  }

  /** The string of the first member with this name, which must exist and have no escapes. */
  static String string(String text, String name) {
    int begin = after(text, name) + 1;
    return text.substring(begin, text.indexOf('"', begin));
  }

  private static int after(String text, String name) {
    String member = '"' + name + "\":";
    int at = text.indexOf(member);
    if (at < 0) {
      throw new IllegalStateException(name + ": missing (expected: a member of " + text + ")");
    }
    return at + member.length();
  }
}
