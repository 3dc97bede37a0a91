package dev.parley.gateway.tests.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.report.BusinessValue;
import dev.parley.gateway.tests.support.Received;
import java.util.List;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

@BusinessValue(
    segment = "everyone",
    goal = "Core value",
    valueImpact = "Waiting is never silent: a person reads what the agent is about to do",
    strategicImpact = "Answers are trusted more when their reasoning is shown")
@Test(groups = {"chat_events", "business_value"})
public class P17AgentThinking extends EventTest {

  @Factory(dataProvider = "backEnds", dataProviderClass = BackEnds.class)
  public P17AgentThinking(BackEnd backEnd) {
    super(backEnd);
  }

  public void itComesAfterTheStartAndBeforeTheAnswer() {
    List<Received> run = runOf("what is 12*(34+5)?");
    List<String> types = run.stream().map(Received::type).toList();
    assertThat(types.indexOf("agent_thinking")).isEqualTo(1);
    assertThat(types.lastIndexOf("agent_thinking")).isLessThan(types.indexOf("agent_message"));
  }

  public void aThoughtHasABeginningPiecesAndAnEnd() {
    List<String> phases =
        ofType(runOf("what is 1+1?"), "agent_thinking").stream().map(e -> e.text("phase")).toList();
    assertThat(phases).startsWith("start").endsWith("end").contains("delta", "step");
    assertThat(phases).containsOnlyOnce("start", "end");
  }

  public void itsPiecesJoinToOneText() {
    StringBuilder thought = new StringBuilder();
    for (Received event : ofType(runOf("what is 1+1?"), "agent_thinking")) {
      if (event.text("phase").equals("delta")) {
        assertThat(event.payload().path("offset").asInt()).isEqualTo(thought.length());
        thought.append(event.text("text"));
      }
    }
    assertThat(thought.toString()).isNotBlank();
  }

  public void aStepSaysInWordsWhatWillBeDone() {
    assertThat(ofType(runOf("what is 6*7?"), "agent_thinking"))
        .anyMatch(event -> event.text("step").contains("6*7"));
  }

  public void itReachesEveryDeviceOfThatUserAndNobodyElse() {
    reachesEveryDeviceAndNobodyElse("what is 1+1?", "agent_thinking");
  }

  /** RunReader checks in every test that thinking is paired and its text complete. */
  @Test(dataProvider = "misbehaviours")
  public void itIsPairedAndNamedHoweverTheAgentBehaves(String what) {
    List<Received> thoughts = ofType(badRun(what), "agent_thinking");
    assertThat(thoughts)
        .allMatch(e -> !e.text("phase").equals("step") || !e.text("step").isEmpty());
    assertThat(thoughts).hasSize(what.startsWith("think") ? 2 : 0);
  }

  public void fromABadAgentItReachesEveryDeviceOfThatUserAndNobodyElse() {
    badReachesEveryDeviceAndNobodyElse("think without a beginning", "agent_thinking");
  }
}
