package dev.parley.gateway.tests.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.report.BusinessValue;
import dev.parley.gateway.tests.report.Figures;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.util.List;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

@BusinessValue(
    segment = "everyone",
    goal = "Core value",
    valueImpact = "A person sees at once that an agent is at work",
    strategicImpact = "Every test run measures the time to the first event")
@Test(groups = {"chat_events", "business_value"})
public class P16AgentStarted extends EventTest {

  @Factory(dataProvider = "backEnds", dataProviderClass = BackEnds.class)
  public P16AgentStarted(BackEnd backEnd) {
    super(backEnd);
  }

  public void itIsTheFirstEventOfARunAndComesOnce() {
    List<Received> run = runOf("what is 12*(34+5)?");
    assertThat(run.get(0).type()).isEqualTo("agent_started");
    assertThat(ofType(run, "agent_started")).hasSize(1);
  }

  public void itNamesTheAgentTheAttemptAndTheMessageItAnswers() {
    WsClient client = connect(ada);
    client.say("t1", "what is 1+1?");
    Received message = client.await("message_added");
    Received started = client.await("agent_started");
    assertThat(started.text("agent")).isEqualTo("builtin");
    assertThat(started.payload().path("attempt").asInt()).isEqualTo(1);
    assertThat(started.text("message_id")).isEqualTo(message.text("message_id"));
    assertThat(started.seq()).isEqualTo(message.seq() + 1);
  }

  public void eachRunOfAThreadHasItsOwn() {
    WsClient client = connect(ada);
    String first = client.runToEnd("t1", "what is 1+1?").get(0).runId();
    String second = client.runToEnd("t1", "what is 2+2?").get(0).runId();
    assertThat(first).startsWith("r_").isNotEqualTo(second);
  }

  /** The target is 100 ms; ten times as much is a defect. */
  public void itComesSoonAfterTheQuestion() {
    WsClient client = connect(ada);
    client.runToEnd("warm", "what is 1+1?");
    long asked = System.nanoTime();
    client.say("t1", "what is 1+1?");
    client.await("agent_started", "t1");
    double millis = (System.nanoTime() - asked) / 1e6;
    Figures.report("question sent to agent_started seen", millis, "ms");
    assertThat(millis).isLessThan(1000);
  }

  public void itReachesEveryDeviceOfThatUserAndNobodyElse() {
    reachesEveryDeviceAndNobodyElse("what is 1+1?", "agent_started");
  }

  @Test(dataProvider = "misbehaviours")
  public void itComesFirstAndOnceHoweverTheAgentBehaves(String what) {
    List<Received> run = badRun(what);
    assertThat(run.get(0).type()).isEqualTo("agent_started");
    assertThat(run.get(0).text("agent")).isEqualTo("bad");
    assertThat(ofType(run, "agent_started")).hasSize(1);
  }

  public void fromABadAgentItReachesEveryDeviceOfThatUserAndNobodyElse() {
    badReachesEveryDeviceAndNobodyElse("throw", "agent_started");
  }
}
