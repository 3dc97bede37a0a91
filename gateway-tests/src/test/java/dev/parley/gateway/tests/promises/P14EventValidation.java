package dev.parley.gateway.tests.promises;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.report.BusinessValue;
import dev.parley.gateway.tests.support.BadService;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.testng.annotations.AfterClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@BusinessValue(
    segment = "everyone",
    goal = "Trust",
    valueImpact = "However badly an agent behaves, every run ends and no tool call stays open",
    strategicImpact = "Front ends are written against the protocol, not against each agent")
@Test(groups = {"chat_events", "business_value"})
public class P14EventValidation extends GatewayTest {
  private final BadService service = new BadService();

  @Override
  protected Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>(service.settings("remote"));
    settings.put("agents.bad.type", "bad");
    settings.put("runs.first_timeout", "1s");
    settings.put("runs.idle_timeout", "1s");
    settings.put("runs.timeout", "20s");
    return settings;
  }

  @AfterClass(alwaysRun = true)
  public void stopService() {
    service.close();
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
    long before = gateway.metrics().count("parley_run_repairs_total", "repair", repair);
    assertIsValid("bad", what, end, code);
    if (!repair.isEmpty()) {
      assertThat(gateway.metrics().count("parley_run_repairs_total", "repair", repair))
          .isGreaterThan(before);
    }
  }

  private void assertIsValid(String agent, String what, String end, String code) {
    WsClient client = connect(ada);
    String run = start(client, agent, what);
    Received last = client.awaitEnd(run);
    assertThat(last.type()).isEqualTo(end);
    assertThat(last.text("code")).contains(code);
    client.barrier();
    List<Received> events = client.thread("t1").eventsOf(run);
    assertThat(events.stream().filter(Received::isTerminal)).hasSize(1);
    assertThat(client.thread("t1").openRuns()).isZero();
  }

  /** The misbehaviour of a service over HTTP, and the end of the run with its code. */
  @DataProvider
  public Object[][] serviceBehaviours() {
    return new Object[][] {
      {"break the connection", "agent_failed", "upstream_disconnected"},
      {"stop without an end", "agent_failed", "upstream_truncated"},
      {"never end", "agent_failed", "upstream_timeout"},
      {"leave a tool open", "agent_completed", ""},
      {"end a tool that never began", "agent_completed", ""},
      {"begin a tool twice", "agent_completed", ""},
      {"think without a beginning", "agent_completed", ""},
      {"end twice", "agent_completed", ""},
      {"go on after the end", "agent_completed", ""},
      {"an error", "agent_failed", "upstream_error"},
      {"junk", "agent_failed", "upstream_protocol"},
      {"a state too large", "agent_failed", "upstream_protocol"},
      {"a result too large", "agent_completed", ""},
      {"talk without end", "agent_completed", ""},
    };
  }

  @Test(dataProvider = "serviceBehaviours")
  public void aBadServiceStillMakesAValidRun(String what, String end, String code) {
    assertIsValid("remote", what, end, code);
  }

  private static String start(WsClient client, String agent, String what) {
    return client.ask(Commands.startAgent("c1", "t1", agent, what)).runId();
  }

  /** An agent in the gateway, and a service over HTTP. */
  @DataProvider
  public Object[][] agents() {
    return new Object[][] {{"bad"}, {"remote"}};
  }

  @Test(dataProvider = "agents")
  public void aResultTooLargeIsTruncatedAndMarked(String agent) {
    WsClient client = connect(ada);
    client.awaitEnd(start(client, agent, "a result too large"));
    Received tool = client.await("tool_completed");
    assertThat(tool.payload().path("truncated").asBoolean()).isTrue();
    assertThat(tool.payload().path("result").asText()).startsWith("\"yyy");
  }

  @Test(dataProvider = "agents")
  public void anEndlessAnswerIsCutAtTheTextLimit(String agent) {
    WsClient client = connect(ada);
    Received end = client.awaitEnd(start(client, agent, "talk without end"));
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

  /** AG-UI has a list of values with descriptions. */
  public void theContextReachesAServiceAndItsResultComesBack() {
    WsClient client = connect(ada);
    ObjectNode start = Commands.startAgent("c1", "t1", "remote", "behave");
    start.withObject("/payload").set("context", Json.object().put("cart", 3));
    Received end = client.awaitEnd(client.ask(start).runId());
    JsonNode entry = end.payload().path("result").path(0);
    assertThat(entry.path("description").asText()).isEqualTo("cart");
    assertThat(entry.path("value").asText()).isEqualTo("3");
  }
}
