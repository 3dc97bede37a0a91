package dev.parley.gateway.tests.report;

import dev.parley.gateway.tests.report.Tally.Counted;
import dev.parley.gateway.tests.report.TestOutcome.Status;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A promise in one run of the tests.
 *
 * @param own the results of its class; empty if none of its tests was selected
 * @param others the results of the other classes that its row names
 */
record Promise(Class<?> owner, PromiseRow row, List<TestOutcome> own, List<TestOutcome> others) {

  /** The promise of this class, with its share of these results. */
  static Promise of(Class<?> owner, PromiseRow row, List<TestOutcome> all) {
    return new Promise(
        owner,
        row,
        all.stream().filter(outcome -> outcome.owner() == owner).toList(),
        all.stream()
            .filter(outcome -> row.tests().contains(outcome.owner().getSimpleName()))
            .toList());
  }

  BusinessValue value() {
    return Objects.requireNonNull(owner.getAnnotation(BusinessValue.class));
  }

  /** {@code P07MessageHandling} as "P07 Message Handling". */
  String name() {
    return owner.getSimpleName().replaceAll("([a-z0-9])([A-Z])", "$1 $2");
  }

  /** What the document says of it: yes, or begun and what is missing. */
  String state() {
    return row.missing().isEmpty() ? row.state() : row.state() + ", missing: " + row.missing();
  }

  List<TestOutcome> outcomes() {
    return Stream.concat(own.stream(), others.stream()).toList();
  }

  long count(Status status) {
    return outcomes().stream().filter(outcome -> outcome.status() == status).count();
  }

  /** In one word what this run showed. */
  String result() {
    if (own.isEmpty()) {
      return "not run";
    }
    return count(Status.PASSED) == outcomes().size() ? "kept" : "BROKEN";
  }

  String counts() {
    return count(Status.PASSED)
        + " passed, "
        + count(Status.FAILED)
        + " failed, "
        + count(Status.SKIPPED)
        + " skipped";
  }

  List<String> figures() {
    return Figures.inWords(outcomes());
  }

  long total(Counted what) {
    return outcomes().stream().mapToLong(outcome -> outcome.tally().getOrDefault(what, 0L)).sum();
  }

  /** What its tests broke, and what clients missed then; empty if they broke nothing. */
  String faults() {
    long faults = total(Counted.FAULTS);
    return faults == 0
        ? ""
        : String.format(
            Locale.ROOT,
            "%,d faults; of %,d events read: lost %d, doubled %d, reordered %d",
            faults,
            total(Counted.EVENTS),
            total(Counted.LOST),
            total(Counted.DOUBLED),
            total(Counted.REORDERED));
  }
}
