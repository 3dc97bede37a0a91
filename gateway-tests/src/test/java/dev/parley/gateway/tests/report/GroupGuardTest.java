package dev.parley.gateway.tests.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class GroupGuardTest {

  public void aWholeRunHasNoProblem() {
    assertThat(GroupGuard.problems(declared(), passed(), false)).isEmpty();
  }

  public void aSkippedTestIsAProblem() {
    List<Outcome> outcomes = passed();
    outcomes.add(outcome("websocket", Outcome.Status.SKIPPED));
    assertThat(GroupGuard.problems(declared(), outcomes, true))
        .containsExactly("skipped: GroupGuardTest#websocket");
  }

  public void aTestThatDidNotRunIsAProblemUnlessTheRunIsFiltered() {
    List<Outcome> outcomes = passed();
    outcomes.remove(0);
    assertThat(GroupGuard.problems(declared(), outcomes, false))
        .singleElement()
        .asString()
        .startsWith("declared and not run:");
    assertThat(GroupGuard.problems(declared(), outcomes, true)).isEmpty();
  }

  public void aTestWithoutAGroupIsAProblem() {
    List<Declared> declared = declared();
    declared.add(new Declared(GroupGuardTest.class, "lonely", Set.of()));
    assertThat(GroupGuard.problems(declared, passed(), true))
        .containsExactly("without a group: GroupGuardTest#lonely");
  }

  public void aMisspeltGroupAndAnEmptyOneAreProblems() {
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

  private static List<Outcome> passed() {
    List<Outcome> outcomes = new ArrayList<>();
    Groups.EIGHT.forEach(group -> outcomes.add(outcome(group, Outcome.Status.PASSED)));
    return outcomes;
  }

  private static Outcome outcome(String group, Outcome.Status status) {
    return new Outcome(GroupGuardTest.class, group, Set.of(group), status, 1, List.of());
  }
}
