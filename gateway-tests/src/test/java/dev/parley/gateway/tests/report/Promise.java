package dev.parley.gateway.tests.report;

import java.util.List;
import java.util.Objects;

/** One promise class and the results of its tests. */
record Promise(Class<?> owner, List<TestOutcome> outcomes) {

  BusinessValue value() {
    return Objects.requireNonNull(owner.getAnnotation(BusinessValue.class));
  }

  /** {@code P07MessageHandling} as "P07 Message Handling". */
  String name() {
    return owner.getSimpleName().replaceAll("([a-z0-9])([A-Z])", "$1 $2");
  }

  boolean kept() {
    return outcomes.stream().allMatch(outcome -> outcome.status() == TestOutcome.Status.PASSED);
  }

  String result() {
    long passed =
        outcomes.stream().filter(outcome -> outcome.status() == TestOutcome.Status.PASSED).count();
    return (kept() ? "kept" : "BROKEN")
        + ", "
        + passed
        + " of "
        + outcomes.size()
        + " tests passed";
  }

  List<Figures.Figure> figures() {
    return outcomes.stream().flatMap(outcome -> outcome.figures().stream()).toList();
  }
}
