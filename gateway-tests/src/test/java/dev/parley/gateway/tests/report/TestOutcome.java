package dev.parley.gateway.tests.report;

import dev.parley.gateway.tests.report.Tally.Counted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.testng.ISuite;
import org.testng.ISuiteResult;
import org.testng.ITestContext;
import org.testng.ITestResult;

/** The result of one invocation of one test. */
record TestOutcome(
    Class<?> owner,
    String method,
    Set<String> groups,
    Status status,
    long millis,
    List<Figures.Figure> figures,
    Map<Counted, Long> tally) {

  enum Status {
    PASSED,
    FAILED,
    SKIPPED
  }

  /** All outcomes of a run, in the order the tests were started. */
  static List<TestOutcome> of(List<ISuite> suites) {
    List<ITestResult> results = new ArrayList<>();
    for (ITestContext context : contexts(suites)) {
      results.addAll(context.getPassedTests().getAllResults());
      results.addAll(context.getFailedTests().getAllResults());
      results.addAll(context.getFailedButWithinSuccessPercentageTests().getAllResults());
      results.addAll(context.getSkippedTests().getAllResults());
    }
    results.sort(Comparator.comparingLong(ITestResult::getStartMillis));
    return results.stream().map(TestOutcome::of).toList();
  }

  static List<ITestContext> contexts(List<ISuite> suites) {
    return suites.stream()
        .flatMap(suite -> suite.getResults().values().stream())
        .map(ISuiteResult::getTestContext)
        .toList();
  }

  private static TestOutcome of(ITestResult result) {
    Status status =
        switch (result.getStatus()) {
          case ITestResult.SUCCESS -> Status.PASSED;
          case ITestResult.SKIP -> Status.SKIPPED;
          default -> Status.FAILED;
        };
    return new TestOutcome(
        result.getTestClass().getRealClass(),
        result.getMethod().getMethodName(),
        Set.of(result.getMethod().getGroups()),
        status,
        result.getEndMillis() - result.getStartMillis(),
        Figures.of(result),
        Tally.of(result));
  }

  /** The method's name as a sentence. */
  String sentence() {
    return method.replaceAll("([a-z])([A-Z0-9])", "$1 $2").toLowerCase(Locale.ROOT);
  }
}
