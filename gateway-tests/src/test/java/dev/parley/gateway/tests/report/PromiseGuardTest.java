package dev.parley.gateway.tests.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class PromiseGuardTest {
  private static final String WORDS = "x";

  @BusinessValue(segment = WORDS, goal = WORDS, valueImpact = WORDS, strategicImpact = WORDS)
  private static final class P07Another {}

  @BusinessValue(segment = WORDS, goal = WORDS, valueImpact = WORDS, strategicImpact = WORDS)
  private static final class P26More {}

  @BusinessValue(segment = WORDS, goal = WORDS, valueImpact = " ", strategicImpact = WORDS)
  private static final class P08Silent {}

  private static List<Class<?>> classes() {
    return Declared.all().stream().map(Declared::owner).distinct().collect(Collectors.toList());
  }

  private static List<String> problems(List<Class<?>> classes) {
    return PromiseGuard.problems(classes, PromiseRow.all());
  }

  public void thereAreTwentyFivePromisesWithTheirValueAndTheirRow() {
    assertThat(problems(classes())).isEmpty();
    assertThat(classes().stream().filter(PromiseGuard::isOfPromises)).hasSize(PromiseGuard.COUNT);
  }

  public void eachMissingClassIsAProblem() {
    for (Class<?> each : classes().stream().filter(PromiseGuard::isOfPromises).toList()) {
      List<Class<?>> others = new ArrayList<>(classes());
      others.remove(each);
      assertThat(problems(others))
          .containsExactly("promise " + PromiseGuard.number(each) + ": 0 classes (expected: 1)");
    }
  }

  public void aSecondClassOfANumberAndANumberTooHighAreProblems() {
    List<Class<?>> classes = classes();
    classes.add(P07Another.class);
    classes.add(P26More.class);
    assertThat(problems(classes))
        .containsExactly(
            "promise 7: 2 classes (expected: 1)",
            "promise class: P26More (expected: P01… to P25…)");
  }

  public void aPromiseWithoutAValueIsAProblem() {
    List<Class<?>> classes = classes();
    classes.removeIf(each -> PromiseGuard.number(each) == 8);
    classes.add(P08Silent.class);
    assertThat(problems(classes)).containsExactly("promise with an empty value: P08Silent");
  }

  public void aRowThatIsMissingOrNamesNoTestIsAProblem() {
    List<PromiseRow> rows = new ArrayList<>(PromiseRow.all());
    rows.removeIf(row -> row.number() == 3);
    rows.addAll(PromiseRow.in("| 3 | x | `P03ConnectionHandler`, `NoSuchTest`. | yes |"));
    rows.removeIf(row -> row.number() == 4);
    assertThat(PromiseGuard.problems(classes(), rows))
        .containsExactly(
            "docs/from-the-report.md: no test NoSuchTest",
            "promise 4: not once in docs/from-the-report.md");
  }

  public void aRowSaysItsStateItsTestsAndWhatIsMissing() {
    String row = "| 4 | tokens | `P04A`: x. `TokenTest`, `OtherTest`. Missing: y, by z | begun |";
    assertThat(PromiseRow.in("| # | in | by | now |\n|---|---|---|---|\n" + row + "\n"))
        .containsExactly(new PromiseRow(4, List.of("TokenTest", "OtherTest"), "begun", "y, by z"));
  }
}
