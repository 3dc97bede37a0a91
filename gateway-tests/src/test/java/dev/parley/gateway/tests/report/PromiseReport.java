package dev.parley.gateway.tests.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.testng.IReporter;
import org.testng.ISuite;
import org.testng.xml.XmlSuite;

/** Writes promise, value, result and measured figures as HTML and Markdown. */
public final class PromiseReport implements IReporter {

  /** Called by TestNG when all tests have run. */
  @Override
  public void generateReport(List<XmlSuite> files, List<ISuite> suites, String folder) {
    List<TestOutcome> outcomes = TestOutcome.of(suites);
    List<Promise> promises = promises(outcomes);
    List<TestOutcome> others =
        outcomes.stream().filter(PromiseReport::isMeasuredElsewhere).toList();
    ReportFolder.write("promises.md", markdown(promises, others));
    ReportFolder.write("promises.html", PromisePage.of(promises, others));
  }

  /** Whether a test that belongs to no promise has figures. */
  private static boolean isMeasuredElsewhere(TestOutcome outcome) {
    return !outcome.isOfPromise() && !outcome.figures().isEmpty();
  }

  private static List<Promise> promises(List<TestOutcome> outcomes) {
    Map<Class<?>, List<TestOutcome>> byClass =
        new TreeMap<>(Comparator.comparing(Class::getSimpleName));
    for (TestOutcome outcome : outcomes) {
      if (outcome.isOfPromise()) {
        byClass.computeIfAbsent(outcome.owner(), absent -> new ArrayList<>()).add(outcome);
      }
    }
    return byClass.entrySet().stream().map(e -> new Promise(e.getKey(), e.getValue())).toList();
  }

  private static String markdown(List<Promise> promises, List<TestOutcome> others) {
    StringBuilder text = new StringBuilder("# Promises kept in this run\n\n");
    text.append("| promise | for | value | result | measured |\n|---|---|---|---|---|\n");
    for (Promise promise : promises) {
      BusinessValue value = promise.value();
      text.append("| ").append(promise.name());
      text.append(" | ").append(value.segment());
      text.append(" | ").append(value.valueImpact());
      text.append(" | ").append(promise.result());
      text.append(" | ").append(words(promise.figures())).append(" |\n");
    }
    others.forEach(
        other ->
            text.append("\nOther measurements, ")
                .append(other.sentence())
                .append(": ")
                .append(words(other.figures()))
                .append(".\n"));
    return text.toString();
  }

  private static String words(List<Figures.Figure> figures) {
    return figures.stream().map(Object::toString).collect(Collectors.joining("; "));
  }
}
