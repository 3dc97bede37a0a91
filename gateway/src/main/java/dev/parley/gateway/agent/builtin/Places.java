package dev.parley.gateway.agent.builtin;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds questions for the time or date, with the places they name, or UTC without a place. */
final class Places {

  private static final Pattern QUESTION =
      Pattern.compile(
          "\\b(?:what(?:'s|s| is) (?:the )?(?:current |local |exact |utc |gmt ){0,2}(?:time|date|day)"
              + "|what (?:time|date|day)(?= is| it| in |\\?|$)"
              + "|(?:the|current|local) (?:time|date)|today's date|(?:time|date)(?= in ))\\b"
              + "(?: and (?:the )?(?:time|date)| is it| it is| is| now| right now| today){0,4}"
              + "( in (?:the )?)?",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern WORD = Pattern.compile("\\p{L}[-\\p{L}\\p{M}'./_:+0-9]{0,40}");
  private static final Pattern AND_ALSO =
      Pattern.compile("(?:,? and|,| &)(?: in)? ", Pattern.CASE_INSENSITIVE);
  private static final int MAX_WORDS = 4;
  private static final int MAX_PLACES = 8;

  /** A question, its place in the text, and the places it names. */
  record TimeQuestion(int start, int end, List<String> places) {}

  private final String text;
  private int at;

  private Places(String text, int at) {
    this.text = text;
    this.at = at;
  }

  static List<TimeQuestion> questions(String text) {
    List<TimeQuestion> questions = new ArrayList<>();
    Matcher question = QUESTION.matcher(text);
    int from = 0;
    while (question.find(from)) {
      Places places = new Places(text, question.end());
      List<String> names = question.group(1) == null ? List.of("UTC") : places.read();
      questions.add(new TimeQuestion(question.start(), places.at, names));
      from = places.at;
    }
    return questions;
  }

  private List<String> read() {
    List<String> names = new ArrayList<>();
    List<String> words = words(at);
    int known = known(words);
    names.add(name(words, known == 0 ? unknown(words) : known));
    Matcher also = AND_ALSO.matcher(text);
    while (known > 0 && names.size() < MAX_PLACES && also.region(at, text.length()).lookingAt()) {
      words = words(also.end());
      known = known(words);
      if (known > 0) {
        at = also.end();
        names.add(name(words, known));
      }
    }
    return names;
  }

  /** The next words, separated by single spaces, without punctuation after a word. */
  private List<String> words(int from) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(text);
    int next = from;
    while (words.size() < MAX_WORDS && word.region(next, text.length()).lookingAt()) {
      String stripped = word.group().replaceAll("[.:'/+-]+$", "");
      words.add(stripped);
      next += stripped.length();
      if (next >= text.length() || text.charAt(next) != ' ') {
        break;
      }
      next++;
    }
    return words;
  }

  /** How many of the first words name a zone; the longest name wins. */
  private static int known(List<String> words) {
    for (int count = words.size(); count > 0; count--) {
      if (Zones.find(String.join(" ", words.subList(0, count))).isPresent()) {
        return count;
      }
    }
    return 0;
  }

  private static int unknown(List<String> words) {
    int and = words.indexOf("and");
    return and > 0 ? and : words.size();
  }

  private String name(List<String> words, int count) {
    String name = String.join(" ", words.subList(0, count));
    at += name.length();
    return titled(name);
  }

  /** The name as it was written if it has a capital, else with capitals. */
  private static String titled(String name) {
    if (!name.equals(name.toLowerCase(Locale.ROOT))) {
      return name;
    }
    if (name.length() <= 3) {
      return name.toUpperCase(Locale.ROOT);
    }
    return Pattern.compile("(?<=^|[ /_-])\\p{Ll}")
        .matcher(name)
        .replaceAll(match -> match.group().toUpperCase(Locale.ROOT));
  }
}
