package dev.parley.gateway.agent.builtin;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Finds tasks in a message by fixed English phrases, in the order they stand. Every repetition in a
 * pattern is bounded or over single characters: long messages cost time in proportion.
 */
final class Phrases {

  private static final Pattern COUNT =
      phrase(
          "count(?: slowly| up){0,3}(?: from (?:1|one))?(?: slowly| up){0,2} (?:to|till|until)"
              + " ([0-9]{1,9})\\b");
  private static final Pattern WAIT =
      phrase(
          "(?:wait|sleep|pause)(?: for)? ([0-9]{1,7}) ?(?:s|secs?|seconds?|(m|mins?|minutes?))\\b");
  private static final Pattern FAIL = phrase("fail\\b");
  private static final Pattern WRITE =
      phrase("write ([0-9]{1,9}) ?(?:kib|kb|kilobytes?)(?: of text)?\\b");

  private static final String NUMBER = "(-?[0-9]{1,15}(?:\\.[0-9]{1,10})?)";
  private static final Pattern CONVERT =
      Pattern.compile(
          "(?<![0-9.])(?:convert )?"
              + NUMBER
              + " ?(?:degrees? )?("
              + Units.PATTERN
              + ") (?:to|in|into|as) (?:degrees? )?("
              + Units.PATTERN
              + ")\\b",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern HOW_MANY =
      phrase(
          "how many ("
              + Units.PATTERN
              + ")(?: are| is)?(?: there)? in (?:an? )?(?:"
              + NUMBER
              + " ?)?("
              + Units.PATTERN
              + ")\\b");

  private static final Pattern EXAMINE =
      phrase(
          "(?:count(?: the)?|how many) (words|characters|letters|sentences|lines)"
              + "(?: are)?(?: there)? in(?::? ?(?:\"([^\"]{1,9999})\"|“([^”]{1,9999})”)|: ?([^\n\"“]{1,9999}))");

  /** Stand for the texts that are examined while the others are looked for. */
  private static final char FIRST_STAND_IN = '\uE000';

  private static final Pattern STAND_INS = Pattern.compile("[\uE000-\uF8FF]");

  private static final Pattern NUMBER_WITH_COMMAS =
      Pattern.compile("(?<![0-9.])[0-9]{1,3}(?:,[0-9]{3}){1,9}(?![0-9])");

  /** Longest first where one begins with another. */
  private static final String[][] WORDS = {
    {"\\bto the power of\\b", "^"},
    {"\\b(?:multiplied by|times)\\b", "*"},
    {"(?<=[0-9)]) ?[x×·] ?(?=[0-9(.])", "*"},
    {"\\bdivided by\\b", "/"},
    {"\\bmod(?:ulo)?\\b", "%"},
    {"\\bplus\\b", "+"},
    {"\\bminus\\b", "-"},
    {"(?<=[0-9)]) squared\\b", "^2"},
    {"(?<=[0-9)]) cubed\\b", "^3"},
    {"(?<=[0-9]) ?(?:%|percent) of (?=[0-9(])", "/100*"},
  };

  private record Found(int at, Task task) {}

  private final String text;
  private final StringBuilder rest;
  private final List<Found> found = new ArrayList<>();

  private Phrases(String text) {
    this.text = text;
    this.rest = new StringBuilder(text);
  }

  /** The tasks in order; empty when nothing was understood. */
  static List<Task> tasks(String message) {
    List<Task> examined = new ArrayList<>();
    Phrases phrases = new Phrases(normalize(standIn(message, examined)));
    phrases.find(STAND_INS, match -> examined.get(match.group().charAt(0) - FIRST_STAND_IN));
    phrases.find(COUNT, match -> new Task.Count(Integer.parseInt(match.group(1))));
    phrases.find(WAIT, match -> new Task.Wait(seconds(match)));
    phrases.find(FAIL, match -> new Task.Fail());
    phrases.find(WRITE, match -> new Task.Write(Integer.parseInt(match.group(1))));
    phrases.find(
        CONVERT, match -> new Task.Convert(match.group(1), match.group(2), match.group(3)));
    phrases.find(
        HOW_MANY,
        match ->
            new Task.Convert(
                match.group(2) == null ? "1" : match.group(2), match.group(3), match.group(1)));
    phrases.findTimes();
    phrases.findSums();
    return phrases.found.stream()
        .sorted(Comparator.comparingInt(Found::at))
        .map(Found::task)
        .toList();
  }

  // A text is examined as it is: it must not be normalized, and is no request itself.
  private static String standIn(String message, List<Task> examined) {
    return EXAMINE
        .matcher(STAND_INS.matcher(message).replaceAll("\uFFFD"))
        .replaceAll(
            match -> {
              examined.add(new Task.Examine(kind(match.group(1)), firstOf(match)));
              return String.valueOf((char) (FIRST_STAND_IN + examined.size() - 1));
            });
  }

  private static Statistics.Kind kind(String word) {
    return Statistics.Kind.valueOf(word.toUpperCase(Locale.ROOT));
  }

  private static String firstOf(MatchResult match) {
    String quoted = match.group(2) != null ? match.group(2) : match.group(3);
    return quoted != null ? quoted : match.group(4).strip();
  }

  private static Pattern phrase(String regex) {
    return Pattern.compile("\\b" + regex, Pattern.CASE_INSENSITIVE);
  }

  private static int seconds(MatchResult match) {
    int number = Integer.parseInt(match.group(1));
    return match.group(2) == null ? number : number * 60;
  }

  /** One space for many, one character for each sign, symbols for words between numbers. */
  private static String normalize(String message) {
    String plain =
        message
            .replace('’', '\'')
            .replace('−', '-')
            .replace('–', '-')
            .replace('÷', '/')
            .replace('×', '*')
            .replace("**", "^")
            .replaceAll("[ \\t\\u00A0]+", " ")
            .replaceAll("(?m)^ ?(?:[-*•]|[0-9]{1,2}[.)]) ", "");
    for (String[] word : WORDS) {
      plain = Pattern.compile(word[0], Pattern.CASE_INSENSITIVE).matcher(plain).replaceAll(word[1]);
    }
    return NUMBER_WITH_COMMAS.matcher(plain).replaceAll(match -> match.group().replace(",", ""));
  }

  private interface Reading {
    Task of(MatchResult match);
  }

  private void find(Pattern pattern, Reading reading) {
    pattern
        .matcher(rest.toString())
        .results()
        .forEach(
            match -> {
              found.add(new Found(match.start(), reading.of(match)));
              take(match.start(), match.end());
            });
  }

  private void findTimes() {
    for (Places.Mention mention : Places.mentions(text)) {
      mention
          .places()
          .forEach(place -> found.add(new Found(mention.start(), new Task.TellTime(place))));
      take(mention.start(), mention.end());
    }
  }

  private void findSums() {
    for (Sums.Mention mention : Sums.mentions(rest.toString())) {
      found.add(new Found(mention.start(), new Task.Calculate(mention.expression())));
    }
  }

  /** What one phrase has taken is no number for another. */
  private void take(int start, int end) {
    for (int i = start; i < end; i++) {
      rest.setCharAt(i, ';');
    }
  }
}
