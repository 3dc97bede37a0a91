package dev.parley.gateway.tests.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What makes the runs of a build incomplete: a test skipped, a test declared and not run, a test
 * without a group, a group without a test, anything but 25 promises.
 */
final class GroupGuard {
  private static final List<String> FILTERS = List.of("groups", "excludedGroups", "test");

  private GroupGuard() {}

  /** The problems of these outcomes, with the tests of this module. */
  static List<String> problems(List<TestOutcome> outcomes) {
    List<Declared> declared =
        Declared.all().stream().filter(test -> test.owner() != RunCheck.class).toList();
    List<String> problems = problems(declared, outcomes, filtered());
    problems.addAll(
        PromiseGuard.problems(
            declared.stream().<Class<?>>map(Declared::owner).distinct().toList(),
            PromiseRow.all()));
    return problems;
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
