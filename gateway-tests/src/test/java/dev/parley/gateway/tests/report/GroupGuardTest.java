package dev.parley.gateway.tests.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class GroupGuardTest {

  public void aWholeRunHasNoProblem() {
    assertThat(GroupGuard.problems(declared(), passed(), false)).isEmpty();
  }

  public void aSkippedTestIsAProblem() {
    List<TestOutcome> outcomes = passed();
    outcomes.add(outcome("websocket", TestOutcome.Status.SKIPPED));
    assertThat(GroupGuard.problems(declared(), outcomes, true))
        .containsExactly("skipped: GroupGuardTest#websocket");
  }

  public void aTestThatDidNotRunIsAProblemUnlessTheRunIsFiltered() {
    List<TestOutcome> outcomes = passed();
    outcomes.remove(0);
    assertThat(GroupGuard.problems(declared(), outcomes, false))
        .singleElement()
        .asString()
        .startsWith("declared and not run:");
    assertThat(GroupGuard.problems(declared(), outcomes, true)).isEmpty();
  }

  public void aTestWithoutAGroupIsAProblem() {
    List<Declared> declared = declared();
    declared.add(new Declared(GroupGuardTest.class, "ungrouped", Set.of()));
    assertThat(GroupGuard.problems(declared, passed(), true))
        .containsExactly("without a group: GroupGuardTest#ungrouped");
  }

  public void aMisspelledGroupAndAnEmptyOneAreProblems() {
    List<Declared> declared = declared();
    declared.remove(0);
    declared.add(new Declared(GroupGuardTest.class, "typo", Set.of("web_socket", "unit")));
    assertThat(GroupGuard.problems(declared, passed(), true))
        .containsExactlyInAnyOrder("group without a test: websocket", "unknown group: web_socket");
  }

  private static List<Declared> declared() {
    List<Declared> declared = new ArrayList<>();
    Groups.EIGHT.forEach(
        group -> declared.add(new Declared(GroupGuardTest.class, group, Set.of(group))));
    return declared;
  }

  private static List<TestOutcome> passed() {
    List<TestOutcome> outcomes = new ArrayList<>();
    Groups.EIGHT.forEach(group -> outcomes.add(outcome(group, TestOutcome.Status.PASSED)));
    return outcomes;
  }

  private static TestOutcome outcome(String group, TestOutcome.Status status) {
    return new TestOutcome(
        GroupGuardTest.class, group, Set.of(group), status, 1, List.of(), Map.of());
  }
}
