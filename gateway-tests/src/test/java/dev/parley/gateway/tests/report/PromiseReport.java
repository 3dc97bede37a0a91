package dev.parley.gateway.tests.report;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Writes what a run showed of each promise, as HTML and Markdown: its value, its state, its tests,
 * what they measured, and what they broke.
 */
final class PromiseReport {
  private static final String HEAD =
      """
      # The promises in this run

      %s

      | promise | for | value | now | result | measured | faults |
      |---|---|---|---|---|---|---|
      """;

  private PromiseReport() {}

  static void write(List<TestOutcome> outcomes) {
    List<Promise> promises = promises(outcomes);
    List<TestOutcome> others =
        outcomes.stream().filter(outcome -> isMeasuredElsewhere(outcome, promises)).toList();
    ReportFolder.write("promise-report.md", markdown(promises, others));
    ReportFolder.write("promise-report.html", PromisePage.of(promises, others));
  }

  /** Whether a test that belongs to no promise has figures. */
  private static boolean isMeasuredElsewhere(TestOutcome outcome, List<Promise> promises) {
    return !outcome.figures().isEmpty()
        && promises.stream().noneMatch(promise -> promise.outcomes().contains(outcome));
  }

  /** All promises, also those whose tests were not selected. */
  static List<Promise> promises(List<TestOutcome> outcomes) {
    List<PromiseRow> rows = PromiseRow.all();
    return Declared.all().stream()
        .<Class<?>>map(Declared::owner)
        .distinct()
        .filter(owner -> owner.isAnnotationPresent(BusinessValue.class))
        .sorted(Comparator.comparing(Class::getSimpleName))
        .flatMap(
            owner ->
                rows.stream()
                    .filter(row -> row.number() == PromiseGuard.number(owner))
                    .map(row -> Promise.of(owner, row, outcomes)))
        .toList();
  }

  /** How many promises there are, by result and by state. */
  static String summary(List<Promise> promises) {
    return String.join(
        "",
        promises.size() + " promises: ",
        tallied(promises.stream().map(Promise::result).toList()),
        " in this run. By what is built: ",
        tallied(promises.stream().map(promise -> promise.row().state()).toList()),
        ".");
  }

  private static String tallied(List<String> words) {
    return words.stream()
        .distinct()
        .sorted()
        .map(word -> words.stream().filter(word::equals).count() + " " + word)
        .collect(Collectors.joining(", "));
  }

  static String markdown(List<Promise> promises, List<TestOutcome> others) {
    StringBuilder text = new StringBuilder(HEAD.formatted(summary(promises)));
    for (Promise promise : promises) {
      BusinessValue value = promise.value();
      List<String> cells =
          List.of(
              promise.name(),
              value.segment(),
              value.valueImpact(),
              promise.state(),
              promise.result() + ": " + promise.counts(),
              String.join("; ", promise.figures()),
              promise.faults());
      text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
    byClass(others)
        .forEach(
            (owner, measured) ->
                text.append("\n")
                    .append(owner)
                    .append(": ")
                    .append(String.join("; ", Figures.inWords(measured)))
                    .append(".\n"));
    return text.toString();
  }

  static Map<String, List<TestOutcome>> byClass(List<TestOutcome> outcomes) {
    return outcomes.stream()
        .collect(
            Collectors.groupingBy(
                outcome -> outcome.owner().getSimpleName(), TreeMap::new, Collectors.toList()));
  }
}
