package dev.parley.gateway.tests.report;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.testng.IReporter;
import org.testng.ISuite;
import org.testng.xml.XmlSuite;

/** Prints and writes how many cases of each family of {@link Attack} ran. */
public final class AttackTable implements IReporter {

  /** Called by TestNG when all tests have run. */
  @Override
  public void generateReport(List<XmlSuite> files, List<ISuite> suites, String folder) {
    String table = table(TestOutcome.of(suites));
    if (!table.isEmpty()) {
      ReportFolder.write("attacks.txt", table);
      System.out.print("\n" + table);
    }
  }

  /** The table; empty if no attack ran. */
  static String table(List<TestOutcome> outcomes) {
    Map<String, List<TestOutcome>> families = new TreeMap<>();
    for (TestOutcome outcome : outcomes) {
      String family = family(outcome);
      if (family != null) {
        families.computeIfAbsent(family, first -> new ArrayList<>()).add(outcome);
      }
    }
    if (families.isEmpty()) {
      return "";
    }
    List<String> lines = new ArrayList<>();
    lines.add(line("attacks", "cases", "failed", "seconds"));
    families.forEach((family, cases) -> lines.add(line(family, cases)));
    lines.add(line("all", families.values().stream().flatMap(List::stream).toList()));
    return String.join("\n", lines) + "\n";
  }

  private static @Nullable String family(TestOutcome outcome) {
    @Nullable Attack attack = outcome.owner().getAnnotation(Attack.class);
    for (Method method : outcome.owner().getMethods()) {
      boolean isIt = method.getName().equals(outcome.method());
      if (isIt && method.isAnnotationPresent(Attack.class)) {
        attack = method.getAnnotation(Attack.class);
      }
    }
    return attack == null ? null : attack.value();
  }

  private static String line(String family, List<TestOutcome> cases) {
    long failed = cases.stream().filter(o -> o.status() != TestOutcome.Status.PASSED).count();
    long millis = cases.stream().mapToLong(TestOutcome::millis).sum();
    return line(family, cases.size(), failed, Math.round(millis / 100.0) / 10.0);
  }

  private static String line(Object... cells) {
    return String.format(Locale.ROOT, "%-24s %8s %8s %8s", cells);
  }
}
