package dev.parley.gateway.tests.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.report.BusinessValue;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.util.List;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

@BusinessValue(
    segment = "everyone",
    goal = "Core value",
    valueImpact = "A person sees the result of each tool, and the error of a failed one",
    strategicImpact = "No tool call stays open in a front end, whatever happens to the run")
@Test(groups = {"chat_events", "business_value"})
public class P19ToolCompleted extends EventTest {

  @Factory(dataProvider = "backEnds", dataProviderClass = BackEnds.class)
  public P19ToolCompleted(BackEnd backEnd) {
    super(backEnd);
  }

  public void itClosesTheCallThatWasOpenedWithItsResult() {
    List<Received> run = runOf("what is 12*(34+5)?");
    Received opened = ofType(run, "tool_executing").get(0);
    Received closed = ofType(run, "tool_completed").get(0);
    assertThat(closed.text("tool_call_id")).isEqualTo(opened.text("tool_call_id"));
    assertThat(closed.text("tool_name")).isEqualTo(opened.text("tool_name"));
    assertThat(closed.text("status")).isEqualTo("ok");
    assertThat(closed.payload().path("result").path("value").asText()).isEqualTo("468");
    assertThat(closed.seq()).isGreaterThan(opened.seq());
  }

  public void aFailedToolHasAnErrorAndNoResult() {
    Received closed = ofType(runOf("fail"), "tool_completed").get(0);
    assertThat(closed.text("status")).isEqualTo("error");
    assertThat(closed.text("error")).isNotBlank();
    assertThat(closed.payload().has("result")).isFalse();
  }

  public void aCancelledToolIsClosedAsAborted() {
    WsClient client = connect(ada);
    String run = client.say("t1", "wait 30 seconds").runId();
    client.await("tool_executing");
    client.ask(Commands.cancelRun("x1", run));
    assertThat(client.await("tool_completed").text("status")).isEqualTo("aborted");
    client.awaitEnd(run);
  }

  /** What a service says may arrive late, and the beginning later than the end. */
  public void itsDurationIsThatOfTheTool() {
    Received closed = ofType(runOf("wait 1 seconds"), "tool_completed").get(0);
    assertThat(closed.payload().path("duration_ms").asLong())
        .isGreaterThanOrEqualTo(isService() ? 1 : 990);
  }

  public void itReachesEveryDeviceOfThatUserAndNobodyElse() {
    reachesEveryDeviceAndNobodyElse("what is 1+1?", "tool_completed");
  }

  @Test(dataProvider = "misbehaviours")
  public void everyCallIsClosedOnceHoweverTheAgentBehaves(String what) {
    List<Received> run = badRun(what);
    assertThat(calls(run, "tool_completed"))
        .containsExactlyInAnyOrderElementsOf(calls(run, "tool_executing"));
    Received left =
        ofType(run, "tool_completed").stream()
            .filter(tool -> tool.text("tool_call_id").equals("open"))
            .findFirst()
            .orElseThrow();
    assertThat(left.text("status")).isEqualTo("unknown");
  }

  private static List<String> calls(List<Received> run, String type) {
    return ofType(run, type).stream().map(tool -> tool.text("tool_call_id")).toList();
  }

  public void fromABadAgentItReachesEveryDeviceOfThatUserAndNobodyElse() {
    badReachesEveryDeviceAndNobodyElse("throw", "tool_completed");
  }
}
