package dev.parley.gateway.agent.builtin;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import org.testng.annotations.Test;

/** Outcomes of tasks that need no clock. */
@Test(groups = "unit")
public class TaskTest {

  private static TaskOutcome outcome(Task task) {
    return task.perform(Clock.systemUTC());
  }

  private static TaskOutcome.ToolCall call(TaskOutcome outcome) {
    return requireNonNull(outcome.call(), "call");
  }

  public void countsInATextWithATool() {
    TaskOutcome outcome =
        outcome(new Task.Examine(Statistics.TextUnit.WORDS, "To be, or not to be. Ha!"));
    assertThat(outcome.answer()).isEqualTo("There are 7 words in that text.");
    assertThat(String.valueOf(call(outcome).result()))
        .isEqualTo("{\"words\":7,\"characters\":24,\"letters\":15,\"sentences\":2,\"lines\":1}");
    assertThat(outcome(new Task.Examine(Statistics.TextUnit.LINES, "one")).answer())
        .isEqualTo("There is 1 line in that text.");
  }

  public void writesTheExactNumberOfKilobytes() {
    TaskOutcome outcome = outcome(new Task.Write(20));
    assertThat(String.join("", outcome.deltas())).hasSize(20 * 1024);
    assertThat(outcome.answer()).isEqualTo("20 kilobytes");
    assertThat(outcome(new Task.Write(4097)).answer()).contains("1 to 4096");
  }

  public void saysWhatCannotBeConverted() {
    TaskOutcome outcome = outcome(new Task.Convert("1", "km", "kg"));
    assertThat(call(outcome).error()).isNotBlank();
    assertThat(outcome.answer()).isEqualTo("I cannot convert km to kg.");
    assertThat(outcome(new Task.Convert("5", "km", "m")).answer()).isEqualTo("5 km is 5000 m.");
  }
}
