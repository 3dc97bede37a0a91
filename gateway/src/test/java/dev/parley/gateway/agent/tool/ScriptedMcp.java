package dev.parley.gateway.agent.tool;

import static dev.parley.gateway.agent.upstream.ScriptedService.answer;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.HistorySource;
import dev.parley.gateway.agent.model.SeenRun;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.agent.model.Tool;
import dev.parley.gateway.agent.model.ToolProgress;
import dev.parley.gateway.agent.model.ToolRequest;
import dev.parley.gateway.agent.model.ToolSource;
import dev.parley.gateway.agent.upstream.Dialogue;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.agent.upstream.Upstream;
import dev.parley.gateway.agent.upstream.UpstreamClients;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.protocol.RawJson;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;

/** Base class of tests with a scripted MCP server, {@code tools.far}. */
abstract class ScriptedMcp {

  protected static final String JSON = "Content-Type: application/json\r\n";
  protected static final String ECHO =
      "{\"name\":\"echo\",\"description\":\"Echoes.\",\"inputSchema\":{\"type\":\"object\","
          + "\"properties\":{\"text\":{\"type\":\"string\"}},\"required\":[\"text\"]}}";
  protected static final String TEXT = "{\"content\":[{\"type\":\"text\",\"text\":\"a\"}]}";

  /** What {@link #TEXT} becomes. */
  protected static final RawJson TEXT_RESULT = RawJson.of("\"a\"");

  private final Map<String, String> settings = new TreeMap<>();
  protected final AtomicLong nanos = new AtomicLong();
  protected final AtomicInteger sessions = new AtomicInteger();
  private UpstreamClients clients;

  /** The one that was made last. */
  protected @Nullable Toolbox toolbox;

  @BeforeMethod(alwaysRun = true)
  public final void openClients() {
    settings.clear();
    set("type", "mcp");
    nanos.set(0);
    sessions.set(0);
    clients = new UpstreamClients(Clock.systemUTC());
  }

  @AfterMethod(alwaysRun = true)
  public final void closeClients() {
    clients.close();
  }

  /** Answers what is neither the beginning of a session nor a notification. */
  @FunctionalInterface
  protected interface Answers {
    void to(Dialogue dialogue, JsonNode message) throws Exception;
  }

  protected ScriptedService server(Answers answers) {
    return ScriptedService.of(
        dialogue -> {
          dialogue.readRequest();
          if (isEnd(dialogue)) {
            dialogue.send(answer(204, "", ""));
            return;
          }
          JsonNode message = message(dialogue);
          if (message.path("method").asText().equals("initialize")) {
            String session = "Mcp-Session-Id: s" + sessions.incrementAndGet() + "\r\n";
            dialogue.send(
                answer(
                    200, JSON + session, reply(message, "{\"protocolVersion\":\"2025-06-18\"}")));
          } else if (!message.has("id") || !message.has("method")) {
            dialogue.send(answer(202, "", ""));
          } else {
            answers.to(dialogue, message);
          }
        });
  }

  /** A server with the tool {@code echo}. */
  protected ScriptedService echo(Answers answers) {
    return server(
        (dialogue, message) -> {
          if (message.path("method").asText().equals("tools/list")) {
            dialogue.send(json(message, "{\"tools\":[" + ECHO + "]}"));
          } else {
            answers.to(dialogue, message);
          }
        });
  }

  /** Whether it ends a session. */
  protected static boolean isEnd(Dialogue dialogue) {
    return dialogue.requestLine().startsWith("DELETE ");
  }

  protected static JsonNode message(Dialogue dialogue) {
    return ServiceJson.read(dialogue.body()).orElseThrow();
  }

  protected static String reply(JsonNode message, String result) {
    return "{\"jsonrpc\":\"2.0\",\"id\":" + message.path("id") + ",\"result\":" + result + "}";
  }

  protected static String json(JsonNode message, String result) {
    return answer(200, JSON, reply(message, result));
  }

  protected static String event(String data) {
    return "event: message\ndata: " + data + "\n\n";
  }

  protected static List<Dialogue> asked(ScriptedService service, String method) {
    return service.dialogues().stream()
        .filter(each -> !isEnd(each) && message(each).path("method").asText().equals(method))
        .toList();
  }

  protected void set(String key, String value) {
    setOf("far", key, value);
  }

  protected void setOf(String tool, String key, String value) {
    settings.put("tools." + tool + "." + key, value);
  }

  protected ToolsConfig read(Problems problems) {
    return Settings.read(ToolsConfig::read, settings, problems);
  }

  protected ToolSource source(String... names) {
    Problems problems = new Problems();
    ToolsConfig config = read(problems);
    assertThat(problems.lines()).isEmpty();
    assertThat(config.problem(List.of(names))).isEmpty();
    Toolbox made = new Toolbox(config, clients, "7.6-test", nanos::get);
    toolbox = made;
    return made.of(List.of(names));
  }

  /** The tools of the server, with a bound and a maker of the test. */
  ToolSource source(ScriptedService service, Duration listTimeout, McpTools.Maker maker) {
    set("url", service.uri("/mcp").toString());
    Problems problems = new Problems();
    McpConfig config = requireNonNull(read(problems).servers().get("far"));
    assertThat(problems.lines()).isEmpty();
    Upstream upstream = clients.openTool("tools.far", config.url(), config.connection());
    return new McpTools(config, "7.6-test", upstream, nanos::get, listTimeout, maker).source("far");
  }

  protected static CompletableFuture<List<Tool>> ask(ToolSource source) {
    return source
        .tools(new SeenRun().request(RawJson.of("1"), HistorySource.NONE))
        .toCompletableFuture();
  }

  protected static List<Tool> tools(ToolSource source) throws Exception {
    return ask(source).get(20, TimeUnit.SECONDS);
  }

  protected ToolSource source(ScriptedService service) {
    set("url", service.uri("/mcp").toString());
    return source("far");
  }

  protected static List<String> names(List<Tool> tools) {
    return tools.stream().map(tool -> tool.spec().name()).toList();
  }

  protected static final ToolRequest CALL =
      new ToolRequest("c", "far_echo", RawJson.of("{\"text\":\"x\"}"));

  protected static CompletableFuture<AgentEvent.ToolEnded> send(
      Tool tool, Function<ToolProgress, CompletionStage<Void>> progress) {
    assertThat(tool.refusal(CALL)).isEmpty();
    return tool.call(new SeenRun().request(RawJson.of("1"), HistorySource.NONE), CALL, progress);
  }

  protected static CompletionStage<Void> unheard(ToolProgress progress) {
    return CompletableFuture.completedFuture(null);
  }

  protected static AgentEvent.ToolEnded end(Tool tool) throws Exception {
    return send(tool, ScriptedMcp::unheard).get(20, TimeUnit.SECONDS);
  }
}
