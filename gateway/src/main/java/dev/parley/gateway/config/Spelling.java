package dev.parley.gateway.config;

import java.util.Locale;

/** Compares names that may be misspelt. */
final class Spelling {

  private static final int MAX_COMPARED = 80;

  private Spelling() {}

  /** The Levenshtein distance; case is ignored, and {@code _} equals {@code .}. */
  static int distance(String one, String other) {
    String a = normalized(one);
    String b = normalized(other);
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

  /** The name in lower case, without characters other than {@code [a-z0-9-]}. */
  static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "");
  }

  private static String normalized(String name) {
    String cut = name.length() > MAX_COMPARED ? name.substring(0, MAX_COMPARED) : name;
    return cut.toLowerCase(Locale.ROOT).replace('_', '.');
  }
}
