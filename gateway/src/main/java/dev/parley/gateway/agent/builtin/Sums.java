package dev.parley.gateway.agent.builtin;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds arithmetic in a text: digits and signs that are more than a number. */
final class Sums {

  private static final Pattern STRETCH = Pattern.compile("[-0-9.+*/%^() ]+");
  private static final Pattern OPERATION = Pattern.compile("[0-9.)] ?[-+*/%^] ?[-+(.0-9]");
  private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
  private static final Pattern ASKED =
      Pattern.compile(
          "\\b(?:what is|what's|whats|how much is|calculate|compute|evaluate|solve)$",
          Pattern.CASE_INSENSITIVE);
  private static final int LOOK_BACK = 20;

  private Sums() {}

  /** An expression for the calculator, and its place in the text. */
  record Sum(int start, String expression) {}

  static List<Sum> sums(String text) {
    List<Sum> sums = new ArrayList<>();
    Matcher stretch = STRETCH.matcher(text);
    while (stretch.find()) {
      String expression = trimmed(stretch.group());
      if (isAsked(before(text, stretch.start()), expression)) {
        sums.add(new Sum(stretch.start(), expression));
      }
    }
    return sums;
  }

  private static String before(String text, int start) {
    return text.substring(Math.max(0, start - LOOK_BACK), start);
  }

  /** Whether it is an operation, or a number whose value is asked for. */
  private static boolean isAsked(String near, String expression) {
    if (expression.chars().noneMatch(c -> c >= '0' && c <= '9')
        || DATE.matcher(expression).matches()) {
      return false;
    }
    return OPERATION.matcher(expression).find() || ASKED.matcher(near).find();
  }

  /** Without punctuation of the sentence: full stop, dash, parentheses. */
  private static String trimmed(String stretch) {
    int start = 0;
    int end = stretch.length();
    while (end > start && (" .".indexOf(stretch.charAt(end - 1)) >= 0 || isDash(stretch, end))) {
      end--;
    }
    while (start < end && isLeading(stretch, start, end)) {
      start++;
    }
    int open = 0;
    for (int i = start; i < end; i++) {
      open += stretch.charAt(i) == '(' ? 1 : stretch.charAt(i) == ')' ? -1 : 0;
    }
    while (open < 0 && stretch.charAt(end - 1) == ')') {
      end--;
      open++;
    }
    while (open > 0 && stretch.charAt(start) == '(') {
      start++;
      open--;
    }
    return stretch.substring(start, end).strip();
  }

  private static boolean isDash(String stretch, int end) {
    return stretch.charAt(end - 1) == '-' && end > 1 && stretch.charAt(end - 2) == ' ';
  }

  private static boolean isLeading(String stretch, int start, int end) {
    char c = stretch.charAt(start);
    boolean decimal = c == '.' && start + 1 < end && Character.isDigit(stretch.charAt(start + 1));
    return " ).*/%^".indexOf(c) >= 0 && !decimal;
  }
}
