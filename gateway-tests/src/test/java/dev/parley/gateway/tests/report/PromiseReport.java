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

/** Files promise, value, result and measured figures as HTML and Markdown. */
public final class PromiseReport implements IReporter {

  /** Called by TestNG when all tests have run. */
  @Override
  public void generateReport(List<XmlSuite> files, List<ISuite> suites, String folder) {
    List<Promise> promises = promises(Outcome.of(suites));
    ReportFolder.write("promises.md", markdown(promises));
    ReportFolder.write("promises.html", PromisePage.of(promises));
  }

  private static List<Promise> promises(List<Outcome> outcomes) {
    Map<Class<?>, List<Outcome>> byClass =
        new TreeMap<>(Comparator.comparing(Class::getSimpleName));
    for (Outcome outcome : outcomes) {
      if (outcome.owner().isAnnotationPresent(BusinessValue.class)) {
        byClass.computeIfAbsent(outcome.owner(), absent -> new ArrayList<>()).add(outcome);
      }
    }
    return byClass.entrySet().stream().map(e -> new Promise(e.getKey(), e.getValue())).toList();
  }

  static String markdown(List<Promise> promises) {
    StringBuilder text = new StringBuilder("# Promises kept in this run\n\n");
    text.append("| promise | for | value | result | measured |\n|---|---|---|---|---|\n");
    for (Promise promise : promises) {
      BusinessValue value = promise.value();
      text.append("| ").append(promise.name());
      text.append(" | ").append(value.segment());
      text.append(" | ").append(value.valueImpact());
      text.append(" | ").append(promise.result());
      text.append(" | ");
      text.append(
          promise.figures().stream().map(Object::toString).collect(Collectors.joining("; ")));
      text.append(" |\n");
    }
    return text.toString();
  }
}
