package dev.parley.gateway.config;

import java.util.Locale;

/** How far apart two names are. */
final class Spelling {

  private static final int COMPARED = 80;

  private Spelling() {}

  /** Levenshtein's distance, blind to case and to {@code . _} being mixed up. */
  static int distance(String one, String other) {
    String a = even(one);
    String b = even(other);
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }

  /** What is left of a name when only {@code [a-z0-9-]} may stand in it. */
  static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "");
  }

  private static String even(String name) {
    String cut = name.length() > COMPARED ? name.substring(0, COMPARED) : name;
    return cut.toLowerCase(Locale.ROOT).replace('_', '.');
  }
}
