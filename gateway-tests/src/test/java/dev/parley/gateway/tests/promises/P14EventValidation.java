package dev.parley.gateway.tests.promises;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.report.BusinessValue;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.util.List;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@BusinessValue(
    segment = "everyone",
    goal = "Trust",
    valueImpact = "However badly an agent behaves, every run ends and no tool call stays open",
    strategicImpact = "Front ends are written against the protocol, not against each agent")
@Test(groups = {"chat_events", "business_value"})
public class P14EventValidation extends GatewayTest {
  @Override
  protected Map<String, String> settings() {
    return Map.of(
        "agents.bad.type", "bad",
        "runs.first_timeout", "1s",
        "runs.idle_timeout", "1s",
        "runs.timeout", "20s");
  }

  /** The misbehaviour, the end of the run with its code, and the repair that the monitor counts. */
  @DataProvider
  public Object[][] behaviours() {
    return new Object[][] {
      {"throw", "agent_failed", "agent_error", ""},
      {"never end", "agent_failed", "upstream_timeout", ""},
      {"block", "agent_failed", "upstream_timeout", ""},
      {"leave a tool open", "agent_completed", "", "tool_left_open"},
      {"end a tool that never began", "agent_completed", "", "tool_never_started"},
      {"begin a tool twice", "agent_completed", "", "tool_started_twice"},
      {"think without a beginning", "agent_completed", "", "thinking_unpaired"},
      {"end twice", "agent_completed", "", "event_after_end"},
      {"go on after the end", "agent_completed", "", "event_after_end"},
      {"junk", "agent_failed", "upstream_protocol", "value_unusable"},
      {"a state too large", "agent_failed", "upstream_protocol", "value_unusable"},
      {"a result too large", "agent_completed", "", "result_cut"},
      {"talk without end", "agent_completed", "", "text_too_long"},
      {"flood", "agent_failed", "agent_error", ""},
    };
  }

  @Test(dataProvider = "behaviours")
  public void aBadAgentStillMakesAValidRun(String what, String end, String code, String repair) {
    long before = gateway.metrics().count("run_repaired." + repair);
    WsClient client = connect(ada);
    String run = start(client, what);
    Received last = client.awaitEnd(run);
    assertThat(last.type()).isEqualTo(end);
    assertThat(last.text("code")).contains(code);
    client.barrier();
    List<Received> events = client.thread("t1").eventsOf(run);
    assertThat(events.stream().filter(Received::isTerminal)).hasSize(1);
    assertThat(client.thread("t1").openRuns()).isZero();
    if (!repair.isEmpty()) {
      assertThat(gateway.metrics().count("run_repaired." + repair)).isGreaterThan(before);
    }
  }

  private static String start(WsClient client, String what) {
    return client.ask(Commands.startAgent("c1", "t1", "bad", what)).runId();
  }

  public void aResultTooLargeIsTruncatedAndMarked() {
    WsClient client = connect(ada);
    client.awaitEnd(start(client, "a result too large"));
    Received tool = client.await("tool_completed");
    assertThat(tool.payload().path("truncated").asBoolean()).isTrue();
    assertThat(tool.payload().path("result").asText()).startsWith("\"yyy");
  }

  public void anEndlessAnswerIsCutAtTheTextLimit() {
    WsClient client = connect(ada);
    Received end = client.awaitEnd(start(client, "talk without end"));
    assertThat(end.text("finish")).isEqualTo("length");
    assertThat(end.text("text")).hasSize(8 << 20);
  }

  public void theContextReachesTheAgentAndItsResultComesBack() {
    WsClient client = connect(ada);
    ObjectNode start = Commands.startAgent("c1", "t1", "bad", "behave");
    start.withObject("/payload").set("context", Json.object().put("cart", 3));
    Received end = client.awaitEnd(client.ask(start).runId());
    assertThat(end.payload().path("result").path("cart").asInt()).isEqualTo(3);
  }
}
