package dev.parley.gateway.agent.tool;

import static dev.parley.gateway.agent.upstream.ScriptedService.answer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.Tool;
import dev.parley.gateway.agent.model.ToolProgress;
import dev.parley.gateway.agent.model.ToolSource;
import dev.parley.gateway.agent.upstream.Dialogue;
import dev.parley.gateway.agent.upstream.ScriptedService;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** MCP servers that mean harm, or are broken. */
@Test(groups = "unit", timeOut = 60_000)
public class McpHostileTest extends ScriptedMcp {

  private static final String SECRET = "s3cr3t/key";

  private static String list(String... tools) {
    return "{\"tools\":[" + String.join(",", tools) + "]}";
  }

  private static String tool(String name, String schema) {
    return "{\"name\":\"" + name + "\",\"inputSchema\":" + schema + "}";
  }

  /** A server whose first call is answered in this way, and each later one well. */
  private ScriptedService once(Answers first) {
    AtomicBoolean isFirst = new AtomicBoolean(true);
    return echo(
        (dialogue, message) -> {
          if (isFirst.getAndSet(false)) {
            first.to(dialogue, message);
          } else {
            dialogue.send(json(message, TEXT));
          }
        });
  }

  private void endsWithAnErrorAndTheNextCallIsWell(ScriptedService service, String expected)
      throws Exception {
    Tool tool = tools(source(service)).get(0);
    assertThat(end(tool).error()).contains(expected);
    assertThat(asked(service, "tools/call")).as("once").hasSize(1);
    assertThat(end(tool)).isEqualTo(AgentEvent.ToolEnded.ok("c", TEXT_RESULT));
  }

  public void aLineOfMegabytesIsAnError() throws Exception {
    try (ScriptedService service =
        once(
            (dialogue, message) -> {
              dialogue.beginStream();
              dialogue.chunk("data: ");
              while (true) {
                dialogue.chunk("x".repeat(64 * 1024));
              }
            })) {
      set("max_response", "1MiB");
      endsWithAnErrorAndTheNextCallIsWell(service, "more than 1 MiB");
    }
  }

  @DataProvider
  public Object[] endless() {
    return new Object[] {
      ": nothing\n\n",
      event("{\"method\":\"notifications/message\",\"params\":{\"data\":\"x\"}}"),
      event("{\"id\":\"other\",\"result\":{}}"),
      event("{\"id\":1,\"method\":\"ping\"}"),
      event("[" + "{\"id\":1,\"method\":\"roots/list\"},".repeat(100) + "{}]"),
      event("[]"),
    };
  }

  @Test(dataProvider = "endless")
  public void anEndlessStreamEndsInTime(String chunk) throws Exception {
    try (ScriptedService service =
        once(
            (dialogue, message) -> {
              dialogue.beginStream();
              while (true) {
                dialogue.chunk(chunk);
              }
            })) {
      set("timeout", "700ms");
      endsWithAnErrorAndTheNextCallIsWell(service, "within 700 ms");
    }
  }

  public void anAnswerByteByByteEndsInTime() throws Exception {
    try (ScriptedService service =
        once(
            (dialogue, message) -> {
              dialogue.send("HTTP/1.1 200 OK\r\n" + JSON + "Content-Length: 99\r\n\r\n{");
              dialogue.awaitClose();
            })) {
      set("timeout", "500ms");
      endsWithAnErrorAndTheNextCallIsWell(service, "within 500 ms");
    }
  }

  private static void flood(Dialogue dialogue, String token, int events) throws Exception {
    dialogue.beginStream();
    for (int i = 0; i < events; i++) {
      dialogue.chunk(
          event(
              "{\"method\":\"notifications/progress\",\"params\":{\"progressToken\":"
                  + token
                  + ",\"progress\":1,\"message\":\""
                  + SECRET
                  + "\"}}"));
    }
  }

  public void progressIsShownAThousandTimes() throws Exception {
    try (ScriptedService service =
        echo(
            (dialogue, message) -> {
              flood(dialogue, message.path("id").toString(), 3000);
              dialogue.chunk(event(reply(message, TEXT)));
              dialogue.endStream();
            })) {
      set("headers", "Authorization: Bearer " + SECRET);
      ConcurrentLinkedQueue<ToolProgress> seen = new ConcurrentLinkedQueue<>();
      AgentEvent.ToolEnded end =
          send(
                  tools(source(service)).get(0),
                  progress -> {
                    seen.add(progress);
                    return CompletableFuture.completedFuture(null);
                  })
              .get(30, TimeUnit.SECONDS);
      assertThat(end).isEqualTo(AgentEvent.ToolEnded.ok("c", TEXT_RESULT));
      assertThat(seen.stream().filter(each -> each.step() != null)).hasSize(1000);
      assertThat(seen.toString()).doesNotContain(SECRET).contains("***");
    }
  }

  public void progressWaitsForTheLog() throws Exception {
    CountDownLatch shown = new CountDownLatch(1);
    try (ScriptedService service =
        echo(
            (dialogue, message) -> {
              flood(dialogue, message.path("id").toString(), 10);
              dialogue.chunk(event(reply(message, TEXT)));
              dialogue.awaitClose();
            })) {
      CompletableFuture<Void> room = new CompletableFuture<>();
      ConcurrentLinkedQueue<ToolProgress> seen = new ConcurrentLinkedQueue<>();
      CompletableFuture<AgentEvent.ToolEnded> sent =
          send(
              tools(source(service)).get(0),
              progress -> {
                seen.add(progress);
                shown.countDown();
                return room;
              });
      shown.await();
      assertThat(sent).isNotDone();
      assertThat(seen.stream().filter(each -> each.step() != null)).hasSize(1);
      room.complete(null);
      assertThat(sent.get(20, TimeUnit.SECONDS).error()).isNull();
      assertThat(seen.stream().filter(each -> each.step() != null)).hasSize(10);
    }
  }

  public void ofTenThousandToolsTheFirstAreUsed() throws Exception {
    String[] all =
        IntStream.range(0, 10_000)
            .mapToObj(i -> "{\"name\":\"t" + i + "\"}")
            .toArray(String[]::new);
    try (ScriptedService service =
        server((dialogue, message) -> dialogue.send(json(message, list(all))))) {
      assertThat(names(tools(source(service)))).hasSize(128).contains("far.t0", "far.t127");
      assertThat(names(tools(source("far.t999", "far.t1000")))).containsExactly("far.t999");
    }
  }

  public void aListWithoutEndIsCut() throws Exception {
    try (ScriptedService service =
        server(
            (dialogue, message) ->
                dialogue.send(
                    json(message, "{\"tools\":[" + ECHO + "],\"nextCursor\":\"again\"}")))) {
      assertThat(names(tools(source(service)))).containsExactly("far.echo");
      assertThat(asked(service, "tools/list")).hasSize(32);
    }
  }

  @DataProvider
  public Object[] noLists() {
    return new Object[] {
      answer(200, JSON, "junk"),
      answer(200, JSON, "{\"id\":-1,\"result\":{\"tools\":[" + ECHO + "]}}"),
      answer(200, JSON, "[".repeat(100_000)),
      answer(200, JSON, "x".repeat(1024 * 1024 + 1)),
      answer(401, JSON, "{\"error\":\"who?\"}"),
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: junk\n\n",
    };
  }

  @Test(dataProvider = "noLists")
  public void withoutAListARunGoesOnWithoutTools(String answer) throws Exception {
    try (ScriptedService service = server((dialogue, message) -> dialogue.send(answer))) {
      assertThat(tools(source(service))).isEmpty();
    }
  }

  public void whatIsNoSchemaAndNoNameIsLeftOut() throws Exception {
    List<String> bad = new ArrayList<>();
    for (String schema :
        List.of(
            "7",
            "\"x\"",
            "[]",
            "null",
            "{}",
            "{\"type\":\"string\"}",
            "{\"type\":\"object\",\"properties\":7}",
            "{\"type\":\"object\",\"required\":\"x\"}",
            "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"nonsense\"}}}",
            "{\"type\":\"object\",\"description\":\"" + "x".repeat(64 * 1024) + "\"}")) {
      bad.add(tool("s" + bad.size(), schema));
    }
    for (String name :
        List.of("", "a b", "a\\nb", "x\\u202ey", "\\ud800", "é", "a{}", "n".repeat(129))) {
      bad.add(tool(name, "{\"type\":\"object\"}"));
    }
    // Evaluating these would never end.
    bad.add(tool("endless", "{\"type\":\"object\",\"$ref\":\"#\"}"));
    bad.add(tool("slow", "{\"type\":\"object\",\"patternProperties\":{\"(a+)+$\":true}}"));
    bad.add("{\"name\":{}}");
    bad.add("7");
    bad.add(ECHO);
    bad.add(ECHO);
    try (ScriptedService service =
        server(
            (dialogue, message) ->
                dialogue.send(json(message, list(bad.toArray(String[]::new)))))) {
      assertThat(names(tools(source(service))))
          .containsExactly("far.endless", "far.slow", "far.echo");
    }
  }

  public void noCredentialIsShown() throws Exception {
    String escaped =
        SECRET
            .chars()
            .mapToObj(c -> String.format(Locale.ROOT, "\\u%04x", c))
            .collect(Collectors.joining());
    try (ScriptedService service =
        server(
            (dialogue, message) -> {
              if (message.path("method").asText().equals("tools/list")) {
                dialogue.send(
                    json(
                        message,
                        list(
                            "{\"name\":\"echo\",\"description\":\"Bearer "
                                + SECRET
                                + "\",\"inputSchema\":{\"type\":\"object\",\"title\":\""
                                + escaped
                                + "\"}}")));
              } else {
                dialogue.beginStream();
                dialogue.chunk(
                    event(
                        reply(
                            message,
                            "{\"structuredContent\":{\"" + SECRET + "\":[\"" + escaped + "\"]}}")));
                dialogue.endStream();
              }
            })) {
      set("headers", "Authorization: Bearer " + SECRET);
      ToolSource source = source(service);
      Tool tool = tools(source).get(0);
      assertThat(tool.spec().description()).isEqualTo("***");
      assertThat(tool.spec().parameters().toString()).contains("\"title\":\"***\"");
      assertThat(end(tool).result()).hasToString("{\"***\":[\"***\"]}");
      assertThat(asked(service, "tools/call").get(0).header("authorization")).contains(SECRET);
    }
  }
}
