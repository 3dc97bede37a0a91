package dev.parley.gateway.tests.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The row of a promise in {@code docs/from-the-report.md}.
 *
 * @param tests the simple names of the test classes that keep it, without its own
 * @param state yes, or begun
 * @param missing what is missing and where it comes; empty if nothing is
 */
record PromiseRow(int number, List<String> tests, String state, String missing) {
  private static final Path DOCUMENT = Path.of("..", "docs", "from-the-report.md");
  private static final Pattern ROW =
      Pattern.compile("^\\| (\\d+) \\|[^|]*\\| ([^|]*) \\| (\\w+) \\|$", Pattern.MULTILINE);
  private static final Pattern TEST = Pattern.compile("`([A-Z]\\w*Test)`");
  private static final Pattern MISSING = Pattern.compile("Missing: ([^.]*)");

  /** All rows of promises in the document. */
  static List<PromiseRow> all() {
    try {
      return in(Files.readString(DOCUMENT));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<PromiseRow> in(String document) {
    return ROW.matcher(document).results().map(PromiseRow::of).toList();
  }

  private static PromiseRow of(MatchResult row) {
    String keptBy = row.group(2);
    return new PromiseRow(
        Integer.parseInt(row.group(1)),
        TEST.matcher(keptBy).results().map(test -> test.group(1)).distinct().toList(),
        row.group(3),
        MISSING.matcher(keptBy).results().map(found -> found.group(1)).findFirst().orElse(""));
  }
}
