package dev.parley.gateway.tests.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The results of each group; a test of two groups counts in both. */
final class GroupTable {

  private GroupTable() {}

  static String table(List<TestOutcome> outcomes, int notSelected) {
    List<String> lines = new ArrayList<>();
    lines.add(line("group", "classes", "passed", "failed", "skipped", "seconds"));
    Stream.concat(Groups.EIGHT.stream(), Stream.of(Groups.UNIT))
        .map(
            group ->
                line(group, outcomes.stream().filter(o -> o.groups().contains(group)).toList()))
        .forEach(lines::add);
    lines.add(line("all", outcomes));
    if (notSelected > 0) {
      lines.add("not selected: " + notSelected + " (what they need is switched off, or not there)");
    }
    return String.join("\n", lines) + "\n";
  }

  private static String line(String group, List<TestOutcome> outcomes) {
    return line(
        group,
        outcomes.stream().map(TestOutcome::owner).distinct().count(),
        count(outcomes, TestOutcome.Status.PASSED),
        count(outcomes, TestOutcome.Status.FAILED),
        count(outcomes, TestOutcome.Status.SKIPPED),
        Math.round(outcomes.stream().mapToLong(TestOutcome::millis).sum() / 100.0) / 10.0);
  }

  private static long count(List<TestOutcome> outcomes, TestOutcome.Status status) {
    return outcomes.stream().filter(outcome -> outcome.status() == status).count();
  }

  private static String line(Object... cells) {
    return String.format(Locale.ROOT, "%-16s %8s %8s %8s %8s %8s", cells);
  }
}
