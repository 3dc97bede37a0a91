package dev.parley.gateway.agent.tool;

import static dev.parley.gateway.agent.upstream.ScriptedService.answer;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.Tool;
import dev.parley.gateway.agent.model.ToolProgress;
import dev.parley.gateway.agent.model.ToolSource;
import dev.parley.gateway.agent.upstream.Dialogue;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.protocol.RawJson;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Tools of an MCP server, against a scripted one. */
@Test(groups = "unit", timeOut = 60_000)
public class McpToolsTest extends ScriptedMcp {

  public void theListHasAllPagesAndACallItsResult() throws Exception {
    try (ScriptedService service =
        server(
            (dialogue, message) -> {
              String cursor = message.path("params").path("cursor").asText();
              if (!message.path("method").asText().equals("tools/list")) {
                dialogue.send(
                    json(
                        message,
                        "{\"content\":[{\"type\":\"text\",\"text\":\"a\"},"
                            + "{\"type\":\"image\"},{\"type\":\"text\",\"text\":\"b\"}]}"));
              } else if (cursor.isEmpty()) {
                dialogue.send(json(message, "{\"tools\":[" + ECHO + "],\"nextCursor\":\"two\"}"));
              } else {
                dialogue.send(
                    json(
                        message,
                        "{\"tools\":[" + ECHO + ",{\"name\":\"loose\"},{\"name\":\"\"},7]}"));
              }
            })) {
      set("headers", "Authorization: Bearer s3cr3t");
      ToolSource source = source(service);
      assertThat(sessions).as("nothing is asked before a run").hasValue(0);
      List<Tool> tools = tools(source);
      assertThat(names(tools)).containsExactly("far.echo", "far.loose");
      assertThat(tools.get(0).spec().description()).isEqualTo("Echoes.");
      assertThat(tools.get(1).spec().parameters()).hasToString("{\"type\":\"object\"}");
      assertThat(end(tools.get(0)))
          .isEqualTo(AgentEvent.ToolEnded.ok("c", RawJson.of("\"a\\n[image]\\nb\"")));
      assertThat(asked(service, "tools/list")).hasSize(2);
      Dialogue called = asked(service, "tools/call").get(0);
      assertThat(called.requestLine()).isEqualTo("POST /mcp HTTP/1.1");
      assertThat(called.header("mcp-session-id")).isEqualTo("s1");
      assertThat(called.header("mcp-protocol-version")).isEqualTo("2025-06-18");
      assertThat(called.header("accept")).isEqualTo("application/json, text/event-stream");
      assertThat(called.header("authorization")).isEqualTo("Bearer s3cr3t");
      assertThat(message(called).path("params").path("name").asText()).isEqualTo("echo");
      assertThat(message(called).path("params").path("arguments")).hasToString("{\"text\":\"x\"}");
      assertThat(asked(service, "notifications/initialized")).hasSize(1);
    }
  }

  public void theServerIsToldTheVersionAndTheEndOfTheSession() throws Exception {
    try (ScriptedService service =
        echo((dialogue, message) -> dialogue.send(json(message, TEXT)))) {
      set("headers", "Authorization: Bearer s3cr3t");
      ToolSource source = source(service);
      Toolbox closing = requireNonNull(toolbox);
      closing.close();
      assertThat(service.dialogues()).as("no session, no end").isEmpty();
      end(tools(source).get(0));
      JsonNode client =
          message(asked(service, "initialize").get(0)).path("params").path("clientInfo");
      assertThat(client.path("version").asText()).isEqualTo("7.6-test");
      closing.close();
      closing.close();
      List<Dialogue> ends = service.dialogues().stream().filter(ScriptedMcp::isEnd).toList();
      assertThat(ends).hasSize(1);
      assertThat(ends.get(0).requestLine()).isEqualTo("DELETE /mcp HTTP/1.1");
      assertThat(ends.get(0).header("mcp-session-id")).isEqualTo("s1");
      assertThat(ends.get(0).header("mcp-protocol-version")).isEqualTo("2025-06-18");
      assertThat(ends.get(0).header("authorization")).isEqualTo("Bearer s3cr3t");
    }
  }

  public void aStreamShowsProgressAndItsRequestsAreAnswered() throws Exception {
    try (ScriptedService service =
        echo(
            (dialogue, message) -> {
              JsonNode token = message.path("params").path("_meta").path("progressToken");
              String progress = "{\"method\":\"notifications/progress\",\"params\":";
              dialogue.beginStream();
              dialogue.chunk("id: 1\ndata:\n\n");
              dialogue.chunk(event(progress + "{\"progressToken\":\"other\",\"progress\":1}}"));
              dialogue.chunk(
                  event(
                      progress
                          + "{\"progressToken\":"
                          + token
                          + ",\"progress\":1,\"total\":4,\"message\":\"half\"}}"));
              dialogue.chunk(event("{\"id\":\"p\",\"method\":\"ping\"}"));
              dialogue.chunk(event("{\"id\":9,\"method\":\"sampling/createMessage\"}"));
              dialogue.chunk(event("{\"id\":9,\"result\":{}}"));
              dialogue.chunk(
                  event(reply(message, "{\"content\":[],\"structuredContent\":{\"n\":1.50}}")));
              dialogue.awaitClose();
            })) {
      ConcurrentLinkedQueue<ToolProgress> seen = new ConcurrentLinkedQueue<>();
      AgentEvent.ToolEnded end =
          send(
                  tools(source(service)).get(0),
                  progress -> {
                    seen.add(progress);
                    return CompletableFuture.completedFuture(null);
                  })
              .get(20, TimeUnit.SECONDS);
      assertThat(end).isEqualTo(AgentEvent.ToolEnded.ok("c", RawJson.of("{\"n\":1.50}")));
      assertThat(seen).contains(new ToolProgress("half", 0.25));
      assertThat(seen.stream().filter(each -> each.step() != null)).hasSize(1);
      List<String> answers =
          service.dialogues().stream()
              .map(Dialogue::body)
              .filter(body -> !body.contains("\"method\""))
              .toList();
      assertThat(answers).hasSize(2);
      assertThat(answers.get(0)).contains("\"id\":\"p\"").contains("\"result\":{}");
      assertThat(answers.get(1)).contains("\"id\":9").contains("-32601");
    }
  }

  public void aLostSessionIsOpenedAgainOnce() throws Exception {
    AtomicInteger lost = new AtomicInteger(1);
    try (ScriptedService service =
        echo(
            (dialogue, message) ->
                dialogue.send(
                    lost.getAndDecrement() > 0 ? answer(404, "", "") : json(message, TEXT)))) {
      Tool tool = tools(source(service)).get(0);
      assertThat(end(tool).result()).isEqualTo(RawJson.of("\"a\""));
      assertThat(asked(service, "tools/call").stream().map(d -> d.header("mcp-session-id")))
          .containsExactly("s1", "s2");
      lost.set(9);
      assertThat(end(tool).error()).contains("(404)");
      assertThat(asked(service, "tools/call")).hasSize(4);
      assertThat(sessions).hasValue(3);
    }
  }

  @DataProvider
  public Object[][] failures() {
    String error = "{\"id\":N,\"error\":{\"code\":-32603,\"message\":\"no s3cr3t-key\"}}";
    return new Object[][] {
      {answer(500, "", "broken"), "(500): broken"},
      {answer(200, JSON, error), "(-32603): no ***"},
      {"stream" + error, "(-32603): no ***"},
      {
        answer(
            200,
            JSON,
            "{\"id\":N,\"result\":{\"isError\":true,"
                + "\"content\":[{\"type\":\"text\",\"text\":\"too s3cr3t-key\"}]}}"),
        "too ***"
      },
      {answer(200, JSON, "junk"), "no result"},
      {answer(200, JSON, "{\"id\":\"other\",\"result\":{}}"), "no result"},
      {answer(202, "", ""), "no result"},
      {"streamjunk", "a message of JSON-RPC"},
      {"stream{\"id\":77,\"result\":{}}", "no result"},
      {"stream{\"x\":\"" + "x".repeat(400) + "\"}", "at most 300 bytes"},
      {answer(200, JSON, "x".repeat(301)), "at most 300 bytes"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", "lost"},
    };
  }

  @Test(dataProvider = "failures")
  public void aFailureIsAnErrorAndIsNotSentAgain(String answer, String expected) throws Exception {
    try (ScriptedService service =
        echo(
            (dialogue, message) -> {
              // The number has one digit, so that the length stays.
              String filled = answer.replace("\"id\":N", "\"id\":" + message.path("id"));
              if (filled.startsWith("stream")) {
                dialogue.beginStream();
                dialogue.chunk(event(filled.substring("stream".length())));
                dialogue.endStream();
              } else {
                dialogue.send(filled);
              }
            })) {
      set("max_response", "300");
      set("headers", "X-Key: s3cr3t-key");
      assertThat(end(tools(source(service)).get(0)).error())
          .contains(expected)
          .doesNotContain("s3cr3t-key");
      assertThat(asked(service, "tools/call")).hasSize(1);
    }
  }

  public void aServerThatCannotBeAskedIsAskedAgainAfterAMinute() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    CountDownLatch again = new CountDownLatch(1);
    try (ScriptedService service =
        server(
            (dialogue, message) -> {
              switch (asked.incrementAndGet()) {
                case 1 -> dialogue.send(answer(503, "", ""));
                case 2 -> dialogue.send(json(message, "{\"tools\":[" + ECHO + "]}"));
                default -> {
                  // The list of before is used until there is an answer, which never comes.
                  again.countDown();
                  dialogue.awaitClose();
                }
              }
            })) {
      ToolSource source = source(service);
      assertThat(tools(source)).isEmpty();
      nanos.set(TimeUnit.SECONDS.toNanos(59));
      assertThat(tools(source)).isEmpty();
      assertThat(asked).hasValue(1);
      nanos.set(TimeUnit.SECONDS.toNanos(60));
      assertThat(names(tools(source))).containsExactly("far.echo");
      nanos.set(TimeUnit.SECONDS.toNanos(659));
      assertThat(names(tools(source))).containsExactly("far.echo");
      assertThat(asked).hasValue(2);
      nanos.set(TimeUnit.SECONDS.toNanos(660));
      assertThat(names(tools(source))).containsExactly("far.echo");
      again.await();
    }
  }

  @DataProvider
  public Object[] changes() {
    return new Object[] {
      "{\"method\":\"notifications/tools/list_changed\"}",
      "{\"id\":N,\"error\":{\"code\":-32602,\"message\":\"Unknown tool\"}}",
    };
  }

  @Test(dataProvider = "changes")
  public void aChangedListIsReadAgainAfterAMinute(String change) throws Exception {
    AtomicInteger lists = new AtomicInteger();
    try (ScriptedService service =
        server(
            (dialogue, message) -> {
              if (message.path("method").asText().equals("tools/list")) {
                String name = lists.incrementAndGet() == 1 ? "echo" : "new";
                dialogue.send(json(message, "{\"tools\":[{\"name\":\"" + name + "\"}]}"));
              } else {
                dialogue.beginStream();
                dialogue.chunk(event(change.replace("N", message.path("id").toString())));
                dialogue.chunk(event(reply(message, TEXT)));
                dialogue.endStream();
              }
            })) {
      ToolSource source = source(service);
      var ignored = end(tools(source).get(0));
      assertThat(names(tools(source))).containsExactly("far.echo");
      nanos.set(TimeUnit.MINUTES.toNanos(1));
      assertThat(names(tools(source))).containsExactly("far.new");
    }
  }

  public void cancellingClosesTheConnectionAndTellsTheServer() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    CountDownLatch told = new CountDownLatch(1);
    try (ScriptedService service =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              JsonNode message = message(dialogue);
              switch (message.path("method").asText()) {
                case "initialize" ->
                    dialogue.send(json(message, "{\"protocolVersion\":\"2025-03-26\"}"));
                case "tools/list" -> dialogue.send(json(message, "{\"tools\":[" + ECHO + "]}"));
                case "tools/call" -> {
                  asked.countDown();
                  dialogue.awaitClose();
                  closed.countDown();
                }
                case "notifications/cancelled" -> {
                  told.countDown();
                  dialogue.send(answer(202, "", ""));
                }
                default -> dialogue.send(answer(202, "", ""));
              }
            })) {
      CompletableFuture<AgentEvent.ToolEnded> sent =
          send(tools(source(service)).get(0), ScriptedMcp::unheard);
      asked.await();
      sent.cancel(false);
      closed.await();
      told.await();
      assertThat(asked(service, "tools/call").get(0).header("mcp-session-id")).isEmpty();
      assertThat(
              message(asked(service, "notifications/cancelled").get(0))
                  .path("params")
                  .path("requestId"))
          .isEqualTo(message(asked(service, "tools/call").get(0)).path("id"));
    }
  }

  public void aSilentCallEndsInTime() throws Exception {
    try (ScriptedService service = echo((dialogue, message) -> dialogue.awaitClose())) {
      set("timeout", "300ms");
      assertThat(end(tools(source(service)).get(0)).error()).contains("within 300 ms");
    }
  }

  public void anAgentMayHaveOneToolOfAServer() throws Exception {
    try (ScriptedService service =
        server(
            (dialogue, message) ->
                dialogue.send(json(message, "{\"tools\":[" + ECHO + ",{\"name\":\"b\"}]}")))) {
      set("url", service.uri("/mcp").toString());
      assertThat(names(tools(source("far.b")))).containsExactly("far.b");
      assertThat(names(tools(source("far")))).containsExactly("far.echo", "far.b");
    }
  }

  public void anUnknownVersionOfTheProtocolIsNotSpoken() throws Exception {
    try (ScriptedService service =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              dialogue.send(json(message(dialogue), "{\"protocolVersion\":\"1999-01-01\"}"));
            })) {
      assertThat(tools(source(service))).isEmpty();
      assertThat(service.connections()).isEqualTo(1);
    }
  }

  @DataProvider
  public Object[][] badSettings() {
    return new Object[][] {
      {"method", "GET", "tools.far.method: GET (expected: not set, because the type is mcp"},
      {"description", "x", "tools.far.description: x (expected: not set, because"},
      {"schema_file", "/nowhere", "tools.far.schema_file: /nowhere (expected: "},
      {"url", "https://x.example/{a}", "tools.far.url: https://x.example/{a} (expected: an addr"},
      {"type", "other", "tools.far.type: other (expected: http or mcp"},
    };
  }

  @Test(dataProvider = "badSettings")
  public void badSettingsAreNamed(String key, String value, String expected) {
    set("url", "https://x.example/mcp");
    set(key, value);
    Problems problems = new Problems();
    ToolsConfig config = read(problems);
    assertThat(problems.lines()).anyMatch(line -> line.startsWith(expected));
    assertThat(config.problem(List.of("nowhere.echo"))).isPresent();
  }

  public void namesOfAnAgentMustNotOverlap() {
    set("url", "https://x.example/mcp");
    setOf("near", "url", "https://x.example/near");
    ToolsConfig config = read(new Problems());
    assertThat(config.problem(List.of("far", "near"))).isEmpty();
    assertThat(config.problem(List.of("far.a", "far.b"))).isEmpty();
    assertThat(config.problem(List.of("far", "far.a")))
        .hasValueSatisfying(problem -> assertThat(problem).contains("far.a is one of far"));
    assertThat(config.problem(List.of("near.a"))).isPresent();
  }
}
