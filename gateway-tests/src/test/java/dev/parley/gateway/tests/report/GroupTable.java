package dev.parley.gateway.tests.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.testng.IReporter;
import org.testng.ISuite;
import org.testng.xml.XmlSuite;

/** Prints and files what each group came to; a test that carries two groups counts in both. */
public final class GroupTable implements IReporter {

  /** Called by TestNG when all tests have run. */
  @Override
  public void generateReport(List<XmlSuite> files, List<ISuite> suites, String folder) {
    int left = Outcome.contexts(suites).stream().mapToInt(ExternalDependencies::notSelected).sum();
    String table = table(Outcome.of(suites), left);
    ReportFolder.write("groups.txt", table);
    System.out.print("\n" + table);
  }

  static String table(List<Outcome> outcomes, int notSelected) {
    List<String> lines = new ArrayList<>();
    lines.add(line("group", "classes", "passed", "failed", "skipped", "seconds"));
    Stream.concat(Groups.EIGHT.stream(), Stream.of(Groups.UNIT))
        .map(
            group ->
                line(group, outcomes.stream().filter(o -> o.groups().contains(group)).toList()))
        .forEach(lines::add);
    lines.add(line("all", outcomes));
    if (notSelected > 0) {
      lines.add("not selected: " + notSelected + " (DISABLE_EXTERNAL_DEPENDENCIES)");
    }
    return String.join("\n", lines) + "\n";
  }

  private static String line(String group, List<Outcome> outcomes) {
    return line(
        group,
        outcomes.stream().map(Outcome::owner).distinct().count(),
        count(outcomes, Outcome.Status.PASSED),
        count(outcomes, Outcome.Status.FAILED),
        count(outcomes, Outcome.Status.SKIPPED),
        Math.round(outcomes.stream().mapToLong(Outcome::millis).sum() / 100.0) / 10.0);
  }

  private static long count(List<Outcome> outcomes, Outcome.Status status) {
    return outcomes.stream().filter(outcome -> outcome.status() == status).count();
  }

  private static String line(Object... cells) {
    return String.format(Locale.ROOT, "%-16s %8s %8s %8s %8s %8s", cells);
  }
}
