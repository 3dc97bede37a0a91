package dev.parley.gateway.config;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;

/**
 * Everything that keeps the gateway from starting, collected to be reported at once.
 *
 * <p>Each line reads {@code name: value (expected: …)}. A value is cut at 80 characters and its
 * control characters are replaced; callers pass a secret as {@code ***}. Used by the starting
 * thread.
 */
public final class Problems {

  private static final int MAX_SHOWN = 80;

  private final List<String> lines = new ArrayList<>();

  public void add(String name, String value, String expectation) {
    lines.add(shown(name) + ": " + shown(value) + " (expected: " + printable(expectation) + ")");
  }

  /** A problem whose text is already in that form. */
  public void addLine(String line) {
    lines.add(printable(line));
  }

  public boolean isEmpty() {
    return lines.isEmpty();
  }

  public List<String> lines() {
    return List.copyOf(lines);
  }

  /** A line with the number of problems, then one line for each. */
  @Override
  public String toString() {
    String head = lines.size() == 1 ? "1 problem:" : lines.size() + " problems:";
    return lines.stream().map(line -> "  " + line).collect(joining("\n", head + "\n", ""));
  }

  private static String shown(String text) {
    int cut =
        text.offsetByCodePoints(0, Math.min(MAX_SHOWN, text.codePointCount(0, text.length())));
    return printable(cut < text.length() ? text.substring(0, cut) + "…" : text);
  }

  private static String printable(String text) {
    return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
  }
}
