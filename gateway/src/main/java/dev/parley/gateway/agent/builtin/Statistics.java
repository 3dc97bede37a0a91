package dev.parley.gateway.agent.builtin;

import java.util.regex.Pattern;

/** Counts of a text, in a time that is linear in its length. */
record Statistics(long words, long characters, long letters, long sentences, long lines) {

  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}](?:[\\p{L}\\p{N}\\p{M}'’-])*");
  // From the first letter on: what is before it is none of the count, and would be read again and
  // again in a text without letters.
  private static final Pattern SENTENCE = Pattern.compile("[\\p{L}\\p{N}][^.!?…]*");

  static Statistics of(String text) {
    return new Statistics(
        words(text),
        text.codePoints().count(),
        text.codePoints().filter(Character::isLetter).count(),
        sentences(text),
        text.lines().count());
  }

  static long words(CharSequence text) {
    return WORD.matcher(text).results().count();
  }

  static long sentences(CharSequence text) {
    return SENTENCE.matcher(text).results().count();
  }

  /** The count of this kind. */
  long of(TextUnit kind) {
    return switch (kind) {
      case WORDS -> words;
      case CHARACTERS -> characters;
      case LETTERS -> letters;
      case SENTENCES -> sentences;
      case LINES -> lines;
    };
  }

  /** The kinds of counts. */
  enum TextUnit {
    WORDS,
    CHARACTERS,
    LETTERS,
    SENTENCES,
    LINES
  }
}
