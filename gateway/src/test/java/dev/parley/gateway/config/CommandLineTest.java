package dev.parley.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.Test;

@Test(groups = "unit")
public class CommandLineTest {

  private static Problems problemsOf(String... args) {
    Problems problems = new Problems();
    Samples.fromArguments(problems, args);
    return problems;
  }

  public void readsNamesWithValues() {
    Problems problems = new Problems();
    Settings settings = Samples.fromArguments(problems, "--server.port=9000");
    assertThat(settings.get(Samples.PORT)).isEqualTo(9000);
    assertThat(problems.isEmpty()).isTrue();
  }

  public void theLastOfTheSameNameWins() {
    Problems problems = new Problems();
    Settings settings = Samples.fromArguments(problems, "--server.port=1", "--server.port=2");
    assertThat(settings.get(Samples.PORT)).isEqualTo(2);
  }

  public void theNameAloneTurnsASwitchOn() {
    Problems problems = new Problems();
    Settings settings = Samples.fromArguments(problems, "--dev.admin");
    assertThat(settings.get(Samples.ADMIN)).isTrue();
  }

  public void aValueMayContainEqualsSigns() {
    Problems problems = new Problems();
    Settings settings = Samples.fromArguments(problems, "--auth.secret=a=b=c=d=");
    assertThat(settings.get(Samples.SECRET)).contains(Secret.of("a=b=c=d="));
  }

  public void aNameWithoutItsValueIsToldOnceAndShowsNothing() {
    assertThat(problemsOf("--auth.secret", "correct horse").lines())
        .containsExactly("--auth.secret: no value (expected: --auth.secret=value)");
  }

  public void anUnknownNameIsToldWithTheNearestAndWithoutItsValue() {
    assertThat(problemsOf("--auth.secert=correct horse", "--server.prot", "9").lines())
        .containsExactly(
            "--auth.secert: unknown option (expected: a known one; the nearest is --auth.secret)",
            "--server.prot: unknown option (expected: a known one; the nearest is --server.port)");
  }

  public void whatIsNoOptionIsToldByItsPlace() {
    assertThat(problemsOf("--dev.admin", "correct horse").lines())
        .containsExactly("argument 2: not an option (expected: --name=value, or --help)");
  }

  public void theNameOfTheFileMustBeGiven() {
    assertThat(problemsOf("--config").lines())
        .containsExactly("--config: no value (expected: --config=file)");
  }
}
