package dev.parley.gateway.agent.builtin;

import java.util.regex.Pattern;

/** Counts of a text. */
record Statistics(long words, long characters, long letters, long sentences, long lines) {

  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}](?:[\\p{L}\\p{N}\\p{M}'’-])*");
  private static final Pattern SENTENCE = Pattern.compile("[^.!?…]*[\\p{L}\\p{N}][^.!?…]*");

  static Statistics of(String text) {
    return new Statistics(
        WORD.matcher(text).results().count(),
        text.codePoints().count(),
        text.codePoints().filter(Character::isLetter).count(),
        SENTENCE.matcher(text).results().count(),
        text.lines().count());
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
