package dev.parley.gateway.tests.promises;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.report.BusinessValue;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.util.List;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

@BusinessValue(
    segment = "everyone",
    goal = "Core value",
    valueImpact = "The answer is complete, and it is clear that it is finished",
    strategicImpact = "A front end that only reads the last event still shows the right answer")
@Test(groups = {"chat_events", "business_value"})
public class P20AgentCompleted extends EventTest {

  @Factory(dataProvider = "backEnds", dataProviderClass = BackEnds.class)
  public P20AgentCompleted(BackEnd backEnd) {
    super(backEnd);
  }

  public void itIsTheLastEventAndCarriesTheWholeText() {
    List<Received> run = runOf("what is 12*(34+5)? and what is 2^10?");
    StringBuilder text = new StringBuilder();
    ofType(run, "agent_message").forEach(piece -> text.append(piece.text("delta")));
    Received end = run.get(run.size() - 1);
    assertThat(end.type()).isEqualTo("agent_completed");
    assertThat(end.text("text")).isEqualTo(text.toString()).contains("468").contains("1024");
    assertThat(end.text("finish")).isEqualTo("stop");
  }

  public void aRunHasExactlyOneEnd() {
    WsClient client = connect(ada);
    client.runToEnd("t1", "what is 1+1?");
    client.runToEnd("t1", "what is 2+2?");
    assertThat(client.received().stream().filter(Received::isTerminal)).hasSize(2);
    assertThat(client.thread("t1").openRuns()).isZero();
  }

  public void theContextReachesTheAgentAndComesBackInItsResult() {
    WsClient client = connect(ada);
    ObjectNode command = Commands.startAgent("c1", "t1", "what is 1+1?");
    ObjectNode context = Json.object().put("order", 7).put("naïve", "日本 \uD83D\uDE80");
    command.withObject("/payload").set("context", context);
    Received end = client.awaitEnd(client.ask(command).runId());
    assertThat(end.payload().path("result").path("context")).isEqualTo(context);
  }

  public void itReachesEveryDeviceOfThatUserAndNobodyElse() {
    reachesEveryDeviceAndNobodyElse("what is 1+1?", "agent_completed");
  }

  @Test(dataProvider = "misbehaviours")
  public void aRunHasOneEndWithItsWholeTextHoweverTheAgentBehaves(String what) {
    List<Received> run = badRun(what);
    StringBuilder text = new StringBuilder();
    ofType(run, "agent_message").forEach(piece -> text.append(piece.text("delta")));
    Received end = run.get(run.size() - 1);
    assertThat(run.stream().filter(Received::isTerminal)).containsExactly(end);
    assertThat(end.text("text") + end.text("partial_text"))
        .startsWith("so far")
        .isEqualTo(text.toString());
  }

  public void fromABadAgentItReachesEveryDeviceOfThatUserAndNobodyElse() {
    badReachesEveryDeviceAndNobodyElse("end twice", "agent_completed");
  }
}
