package dev.parley.gateway.tests.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.upstream.Dialogue;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.testng.annotations.AfterClass;
import org.testng.annotations.Test;

/** A model that calls the tools of a real MCP server. The message of the person is its call. */
@Test(groups = {"chat_events", "external"})
public class McpServerTest extends GatewayTest {
  private static final ServiceDialect DIALECT = ServiceDialect.OPENAI;
  private static final String LONG = "trigger-long-running-operation";
  private static final String END = "It is done.";

  private final List<AutoCloseable> services = new ArrayList<>();
  private final List<ScriptedService> models = new ArrayList<>();

  @Override
  protected Map<String, String> settings() {
    NpmService server = NpmService.everything();
    ScriptedService model =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              boolean isAnswered = dialogue.body().contains("\"role\":\"tool\"");
              dialogue.beginStream();
              dialogue.chunk(DIALECT.begin());
              dialogue.chunk(isAnswered ? DIALECT.text(END) : call(dialogue.body()));
              dialogue.chunk(isAnswered ? DIALECT.end() : DIALECT.endWithTools());
              dialogue.endStream();
            });
    services.add(server);
    services.add(model);
    models.add(model);
    Map<String, String> settings = new HashMap<>();
    for (String agent : List.of("all", "one")) {
      ServiceAgents.put(settings, DIALECT, agent, model, "key-of-the-tests-92");
    }
    settings.put("agents.all.tools", "everything");
    settings.put("agents.one.tools", "everything.echo");
    settings.put("tools.everything.type", "mcp");
    settings.put("tools.everything.url", server.address().resolve("/mcp").toString());
    settings.put("tools.everything.timeout", "10m");
    return settings;
  }

  @AfterClass(alwaysRun = true)
  public void stopServices() throws Exception {
    for (AutoCloseable each : services) {
      each.close();
    }
  }

  private Stream<Dialogue> asked() {
    return models.get(0).dialogues().stream();
  }

  /** The call in the message of the person: the name of a tool, a space, and its arguments. */
  private static String call(String request) {
    String said = "";
    for (var message : Json.parse(request).path("messages")) {
      said = message.path("role").asText().equals("user") ? message.path("content").asText() : said;
    }
    String[] parts = said.split(" ", 2);
    return DIALECT
        .tool(0)
        .replace("look_up", "everything_" + parts[0])
        .replace("\"{}\"", Json.object().put("x", parts[1]).path("x").toString());
  }

  private static String start(WsClient client, String agent, String tool, String arguments) {
    return client.ask(Commands.startAgent("c1", "t1", agent, tool + " " + arguments)).runId();
  }

  private List<Received> run(String tool, String arguments) {
    WsClient client = connect(ada);
    String run = start(client, "all", tool, arguments);
    Received end = client.awaitEnd(run);
    assertThat(end.type()).isEqualTo("agent_completed");
    assertThat(end.text("text")).isEqualTo(END);
    return client.thread("t1").eventsOf(run);
  }

  private static Received first(List<Received> events, String type) {
    return events.stream().filter(event -> event.type().equals(type)).findFirst().orElseThrow();
  }

  public void theModelGoesOnWithWhatTheServerSaid() {
    List<Received> events = run("echo", "{\"message\":\"hi\"}");
    assertThat(first(events, "tool_executing").text("tool_name")).isEqualTo("everything.echo");
    assertThat(first(events, "tool_completed").text("result")).isEqualTo("Echo: hi");
    assertThat(asked())
        .anyMatch(
            each -> each.body().contains("\"role\":\"tool\"") && each.body().contains("Echo: hi"));
  }

  public void theModelIsToldOfTheToolsThatItsAgentNames() {
    WsClient client = connect(ada);
    String run = start(client, "one", "get-env", "{}");
    assertThat(client.awaitEnd(run).type()).isEqualTo("agent_completed");
    Received refused = first(client.thread("t1").eventsOf(run), "tool_completed");
    assertThat(refused.text("error")).contains("not one of the tools of this agent");
    String asked =
        asked()
            .filter(each -> ServiceAgents.agentOf(each).equals("one"))
            .findFirst()
            .orElseThrow()
            .body();
    List<String> names = Json.parse(asked).path("tools").findValuesAsText("name");
    assertThat(names).containsExactly("everything_echo");
  }

  public void aStructuredResultStaysJson() {
    List<Received> events = run("get-structured-content", "{\"location\":\"New York\"}");
    Received end = first(events, "tool_completed");
    assertThat(end.payload().path("result").path("temperature").isNumber()).as("%s", end).isTrue();
  }

  public void anImageIsNamed() {
    Received end = first(run("get-tiny-image", "{}"), "tool_completed");
    assertThat(end.text("result")).contains("[image]");
  }

  public void theModelIsToldWhatWasWrong() {
    Received end = first(run("get-sum", "{\"a\":\"x\"}"), "tool_completed");
    assertThat(end.text("status")).isEqualTo("error");
    assertThat(end.text("error")).contains("-32602");
  }

  public void progressIsShown() {
    List<Received> events = run(LONG, "{\"duration\":0.1,\"steps\":2}");
    assertThat(
            events.stream()
                .filter(event -> event.type().equals("agent_thinking"))
                .map(event -> event.payload().path("progress").asDouble()))
        .contains(0.5);
    assertThat(first(events, "tool_completed").text("result")).contains("completed");
  }

  public void aCancelEndsTheCall() {
    WsClient client = connect(ada);
    String run = start(client, "all", LONG, "{\"duration\":600,\"steps\":6000}");
    client.await("agent_thinking", "t1");
    client.ask(Commands.cancelRun("x1", run));
    assertThat(client.awaitEnd(run).type()).isEqualTo("agent_cancelled");
    List<Received> events = client.thread("t1").eventsOf(run);
    assertThat(first(events, "tool_completed").text("status")).isEqualTo("aborted");
  }
}
