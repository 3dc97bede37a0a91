package dev.parley.gateway.tests.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.report.BusinessValue;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.util.List;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

@BusinessValue(
    segment = "everyone",
    goal = "Core value",
    valueImpact = "A person sees which tool is used, and with what, while it works",
    strategicImpact = "Every tool call is recorded, also for an auditor")
@Test(groups = {"chat_events", "business_value"})
public class P18ToolExecuting extends EventTest {

  @Factory(dataProvider = "backEnds", dataProviderClass = BackEnds.class)
  public P18ToolExecuting(BackEnd backEnd) {
    super(backEnd);
  }

  public void itNamesTheToolAndItsWholeArguments() {
    Received tool = ofType(runOf("what is 12*(34+5)?"), "tool_executing").get(0);
    assertThat(tool.text("tool_call_id")).isNotBlank();
    assertThat(tool.text("tool_name")).isEqualTo("calculator");
    assertThat(tool.payload().path("arguments").path("expression").asText()).contains("12*(34+5)");
  }

  public void itIsShownWhileTheToolStillWorks() {
    WsClient client = connect(ada);
    client.say("t1", "wait 1 seconds");
    client.await("tool_executing");
    assertThat(client.received()).noneMatch(frame -> frame.type().equals("tool_completed"));
    client.await("tool_completed");
  }

  public void eachCallHasAnIdOfItsOwn() {
    List<Received> tools =
        ofType(runOf("what is 1+1? and what is 2+2? and what is 3+3?"), "tool_executing");
    assertThat(tools).hasSize(3);
    assertThat(tools.stream().map(tool -> tool.text("tool_call_id"))).doesNotHaveDuplicates();
  }

  public void itReachesEveryDeviceOfThatUserAndNobodyElse() {
    reachesEveryDeviceAndNobodyElse("what is 1+1?", "tool_executing");
  }

  @Test(dataProvider = "misbehaviours")
  public void eachCallIsShownOnceHoweverTheAgentBehaves(String what) {
    List<Received> tools = ofType(badRun(what), "tool_executing");
    assertThat(tools).isNotEmpty().allMatch(tool -> tool.text("tool_name").equals("tool"));
    assertThat(tools.stream().map(tool -> tool.text("tool_call_id"))).doesNotHaveDuplicates();
  }

  public void fromABadAgentItReachesEveryDeviceOfThatUserAndNobodyElse() {
    badReachesEveryDeviceAndNobodyElse("begin a tool twice", "tool_executing");
  }
}
