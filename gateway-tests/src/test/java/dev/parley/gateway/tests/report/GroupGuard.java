package dev.parley.gateway.tests.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.testng.IAlterSuiteListener;
import org.testng.IExecutionListener;
import org.testng.IReporter;
import org.testng.ISuite;
import org.testng.ITestContext;
import org.testng.xml.XmlClass;
import org.testng.xml.XmlSuite;

/**
 * Fails a run that is incomplete: no test selected, a test skipped, a test declared and not run, a
 * test without a group, a group without a test, anything but 25 promises. A run without a test ends
 * with an error; every other problem shows as a failed method of {@link GroupCheck}.
 */
public final class GroupGuard implements IAlterSuiteListener, IReporter, IExecutionListener {
  private static final List<String> FILTERS = List.of("groups", "excludedGroups", "test");

  private boolean nothingRan = true;

  /** Called by TestNG before it makes the first test class. */
  @Override
  public void alter(List<XmlSuite> suites) {
    for (XmlSuite suite : suites) {
      suite.getTests().stream()
          .findFirst()
          .ifPresent(test -> test.getXmlClasses().add(new XmlClass(GroupCheck.class)));
    }
  }

  /** Called by TestNG when all tests have run, before {@link #onExecutionFinish}. */
  @Override
  public void generateReport(List<XmlSuite> files, List<ISuite> suites, String folder) {
    nothingRan = TestOutcome.of(suites).isEmpty();
  }

  @Override
  public void onExecutionFinish() {
    if (nothingRan) {
      AssertionError failure = new AssertionError("no test was selected");
      failure.setStackTrace(new StackTraceElement[0]); // It has no information.
      throw failure;
    }
  }

  static void check(ITestContext tests) {
    List<Declared> declared = Declared.all();
    List<String> problems = problems(declared, TestOutcome.in(List.of(tests)), filtered());
    problems.addAll(
        PromiseGuard.problems(
            declared.stream().<Class<?>>map(Declared::owner).distinct().toList(),
            PromiseRow.all()));
    if (!problems.isEmpty()) {
      AssertionError failure = new AssertionError(String.join("\n", problems));
      failure.setStackTrace(new StackTraceElement[0]); // It has no information.
      throw failure;
    }
  }

  private static boolean filtered() {
    return FILTERS.stream().anyMatch(name -> !System.getProperty(name, "").isEmpty());
  }

  static List<String> problems(
      List<Declared> declared, List<TestOutcome> outcomes, boolean filtered) {
    List<String> problems = new ArrayList<>();
    for (TestOutcome outcome : outcomes) {
      if (outcome.status() == TestOutcome.Status.SKIPPED) {
        problems.add("skipped: " + outcome.owner().getSimpleName() + "#" + outcome.method());
      }
    }
    problems.addAll(groupProblems(declared));
    if (!filtered) {
      problems.addAll(missing(declared, outcomes));
    }
    return problems;
  }

  private static Set<String> groupProblems(List<Declared> declared) {
    Set<String> problems = new TreeSet<>();
    Set<String> used = new HashSet<>();
    Set<String> known = new HashSet<>(Groups.EIGHT);
    known.add(Groups.UNIT);
    for (Declared test : declared) {
      used.addAll(test.groups());
      if (Collections.disjoint(test.groups(), known)) {
        problems.add("without a group: " + test.owner().getSimpleName() + "#" + test.method());
      }
    }
    Groups.EIGHT.stream()
        .filter(group -> !used.contains(group))
        .forEach(group -> problems.add("group without a test: " + group));
    used.removeAll(known);
    used.removeAll(Groups.NEEDS);
    used.forEach(group -> problems.add("unknown group: " + group));
    return problems;
  }

  private static List<String> missing(List<Declared> declared, List<TestOutcome> outcomes) {
    Set<String> run =
        outcomes.stream()
            .map(o -> o.owner().getName() + "#" + o.method())
            .collect(Collectors.toSet());
    return declared.stream()
        .filter(test -> !NotSelected.leavesOut(test.groups()))
        .map(test -> test.owner().getName() + "#" + test.method())
        .filter(name -> !run.contains(name))
        .map(name -> "declared and not run: " + name)
        .toList();
  }
}
