package dev.parley.gateway.tests.report;

import dev.parley.gateway.tests.report.OutcomeFiles.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.Test;

/**
 * Ends a build: writes the reports of all runs of TestNG, and fails if a test failed or was
 * skipped, or if the runs together are incomplete (see {@link GroupGuard}). It runs alone in a JVM
 * of its own after all others.
 */
@Test(groups = RunCheck.GROUP)
public final class RunCheck {
  static final String GROUP = "run_check";

  private final Run run = OutcomeFiles.read(OutcomeFiles.folder());

  public void everyTestIsInAGroupRanAndPassed() {
    report();
    List<String> problems = new ArrayList<>();
    // Without the folder the selected classes are in another module.
    if (run.outcomes().isEmpty() && Files.isDirectory(OutcomeFiles.folder())) {
      problems.add("no test was selected");
    }
    problems.addAll(SurefireFailures.in(Path.of("target/surefire-reports")));
    problems.addAll(GroupGuard.problems(run.outcomes()));
    if (!problems.isEmpty()) {
      AssertionError failure = new AssertionError(String.join("\n", problems));
      failure.setStackTrace(new StackTraceElement[0]); // It has no information.
      throw failure;
    }
  }

  private void report() {
    String groups = GroupTable.table(run.outcomes(), run.notSelected());
    ReportFolder.write("test-groups.txt", groups);
    System.out.print("\n" + groups);
    String attacks = AttackTable.table(run.outcomes());
    if (!attacks.isEmpty()) {
      ReportFolder.write("attacks.txt", attacks);
      System.out.print("\n" + attacks);
    }
    PromiseReport.write(run.outcomes());
  }
}
