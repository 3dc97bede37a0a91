package dev.parley.gateway.tests.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.report.TestOutcome.Status;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class AttackTableTest {

  /** Stands for a class of attacks. */
  @Attack("tokens")
  public static class Attacks {
    public void forged() {}

    @Attack("floods")
    public void flooded() {}
  }

  public void casesAreCountedByFamilyAndThatOfTheMethodTakesPrecedence() {
    String table =
        AttackTable.table(
            List.of(
                outcome(Attacks.class, "forged", Status.PASSED),
                outcome(Attacks.class, "forged", Status.FAILED),
                outcome(Attacks.class, "flooded", Status.PASSED),
                outcome(AttackTableTest.class, "noAttack", Status.PASSED)));
    assertThat(table.lines().map(line -> line.trim().replaceAll(" +", " ")))
        .containsExactly(
            "attacks cases failed seconds", "floods 1 0 0.5", "tokens 2 1 1.0", "all 3 1 1.5");
  }

  public void aRunWithoutAttacksHasNoTable() {
    assertThat(AttackTable.table(List.of(outcome(AttackTableTest.class, "none", Status.PASSED))))
        .isEmpty();
  }

  private static TestOutcome outcome(Class<?> owner, String method, Status status) {
    return new TestOutcome(owner, method, Set.of("security"), status, 500, List.of(), Map.of());
  }
}
