package dev.parley.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.Test;

@Test(groups = "unit")
public class ProblemsTest {

  public void aLineNamesTheValueAndWhatWasExpected() {
    Problems problems = new Problems();
    problems.add("server.port", "99999", "an integer");
    assertThat(problems.lines()).containsExactly("server.port: 99999 (expected: an integer)");
  }

  public void aLongValueIsCutAtEightyCharacters() {
    Problems problems = new Problems();
    problems.add("a", "x".repeat(81), "less");
    assertThat(problems.lines()).containsExactly("a: " + "x".repeat(80) + "… (expected: less)");
  }

  public void aPairOfSurrogatesIsNeverCutInTwo() {
    Problems problems = new Problems();
    problems.add("a", "😀".repeat(90), "less");
    assertThat(problems.lines()).containsExactly("a: " + "😀".repeat(80) + "… (expected: less)");
  }

  public void aValueCannotBeginALineOfItsOwnNorColourTheTerminal() {
    Problems problems = new Problems();
    problems.add("a", "x\nb: y\u001b[31m\u202e", "text");
    assertThat(problems.lines()).containsExactly("a: x?b: y?[31m? (expected: text)");
  }

  public void allProblemsAreToldInOneListThatCountsThem() {
    Problems problems = new Problems();
    assertThat(problems.isEmpty()).isTrue();
    problems.add("a", "1", "2");
    problems.add("b", "3", "4");
    assertThat(problems).hasToString("2 problems:\n  a: 1 (expected: 2)\n  b: 3 (expected: 4)");
  }
}
