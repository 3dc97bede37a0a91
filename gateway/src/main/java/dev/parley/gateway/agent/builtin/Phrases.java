package dev.parley.gateway.agent.builtin;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Finds tasks in a message by fixed English phrases, in the order of the message. Every repetition
 * in a pattern is bounded or over single characters, so that the time is linear in the length.
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
              + "(?: are)?(?: there)? in(?::? ?(?:\"([^\"]{1,9999}+)\"|“([^”]{1,9999}+)”)|: ?([^\n\"“]{1,9999}+))");

  private static final Pattern ENTITLE =
      phrase(
          "(?:call|name|title|rename) this (?:conversation|chat|thread)(?: to)?:?"
              + " (?:\"([^\"]{1,300}+)\"|“([^”]{1,300}+)”|([^\n\"“]{1,300}+))");

  /** Placeholders for titles and for the texts to examine, while the other phrases are searched. */
  private static final char FIRST_PLACEHOLDER = '\uE000';

  private static final Pattern PLACEHOLDERS = Pattern.compile("[\uE000-\uF8FF]");

  private static final Pattern NUMBER_WITH_COMMAS =
      Pattern.compile("(?<![0-9.])[0-9]{1,3}(?:,[0-9]{3}){1,9}(?![0-9])");

  /** Patterns and what replaces them, the longer one first where two begin alike. */
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

  private record FoundTask(int at, Task task) {}

  private final String text;
  private final StringBuilder rest;
  private final List<FoundTask> found = new ArrayList<>();

  private Phrases(String text) {
    this.text = text;
    this.rest = new StringBuilder(text);
  }

  /** The tasks in order; empty when no phrase was found. */
  static List<Task> tasks(String message) {
    List<Task> quoting = new ArrayList<>();
    Phrases phrases = new Phrases(normalize(withPlaceholders(message, quoting)));
    phrases.find(PLACEHOLDERS, match -> quoting.get(match.group().charAt(0) - FIRST_PLACEHOLDER));
    phrases.find(COUNT, match -> new Task.CountTo(Integer.parseInt(match.group(1))));
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
        .sorted(Comparator.comparingInt(FoundTask::at))
        .map(FoundTask::task)
        .toList();
  }

  // A title or a text to examine is kept as it is: it is not normalized and has no requests.
  private static String withPlaceholders(String message, List<Task> quoting) {
    String plain = PLACEHOLDERS.matcher(message).replaceAll("\uFFFD");
    plain = replace(plain, ENTITLE, quoting, match -> new Task.Entitle(firstOf(match, 1)));
    return replace(
        plain,
        EXAMINE,
        quoting,
        match -> new Task.Examine(kind(match.group(1)), firstOf(match, 2)));
  }

  private static String replace(
      String message, Pattern pattern, List<Task> quoting, Function<MatchResult, Task> reader) {
    return pattern
        .matcher(message)
        .replaceAll(
            match -> {
              quoting.add(reader.apply(match));
              return String.valueOf((char) (FIRST_PLACEHOLDER + quoting.size() - 1));
            });
  }

  private static Statistics.TextUnit kind(String word) {
    return Statistics.TextUnit.valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** The text in quotes of one kind or the other, else without: three groups, from this one on. */
  private static String firstOf(MatchResult match, int group) {
    String quoted = match.group(group) != null ? match.group(group) : match.group(group + 1);
    return quoted != null ? quoted : match.group(group + 2).strip();
  }

  private static Pattern phrase(String regex) {
    return Pattern.compile("\\b" + regex, Pattern.CASE_INSENSITIVE);
  }

  private static int seconds(MatchResult match) {
    int number = Integer.parseInt(match.group(1));
    return match.group(2) == null ? number : number * 60;
  }

  /** Single spaces, one character for each sign, symbols instead of words between numbers. */
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

  private void find(Pattern pattern, Function<MatchResult, Task> reader) {
    pattern
        .matcher(rest.toString())
        .results()
        .forEach(
            match -> {
              found.add(new FoundTask(match.start(), reader.apply(match)));
              take(match.start(), match.end());
            });
  }

  private void findTimes() {
    for (Places.TimeQuestion question : Places.questions(text)) {
      question
          .places()
          .forEach(place -> found.add(new FoundTask(question.start(), new Task.TellTime(place))));
      take(question.start(), question.end());
    }
  }

  private void findSums() {
    for (Sums.Sum sum : Sums.sums(rest.toString())) {
      found.add(new FoundTask(sum.start(), new Task.Calculate(sum.expression())));
    }
  }

  /** Blanks the text of a phrase, so that no other phrase finds its numbers. */
  private void take(int start, int end) {
    for (int i = start; i < end; i++) {
      rest.setCharAt(i, ';');
    }
  }
}
