package dev.parley.gateway.agent.tool;

import static dev.parley.gateway.agent.upstream.ScriptedService.answer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.HistorySource;
import dev.parley.gateway.agent.model.SeenRun;
import dev.parley.gateway.agent.model.Tool;
import dev.parley.gateway.agent.model.ToolRequest;
import dev.parley.gateway.agent.upstream.Dialogue;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.agent.upstream.UpstreamClients;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.protocol.RawJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Tools that are one HTTP call, against a scripted service. */
@Test(groups = "unit", timeOut = 60_000)
public class HttpToolTest {

  private static final String JSON = "Content-Type: application/json\r\n";

  private final Map<String, String> settings = new TreeMap<>();
  private final List<Path> files = new ArrayList<>();
  private UpstreamClients clients;

  @BeforeMethod(alwaysRun = true)
  public void open() {
    settings.clear();
    clients = new UpstreamClients(Clock.systemUTC());
  }

  @AfterMethod(alwaysRun = true)
  public void close() throws IOException {
    clients.close();
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
  }

  private void set(String key, String value) {
    settings.put("tools.look." + key, value);
  }

  private void schema(String json) throws IOException {
    Path file = Files.createTempFile("schema", ".json");
    files.add(file);
    Files.writeString(file, json);
    set("schema_file", file.toString());
  }

  private List<String> problems() {
    Problems problems = new Problems();
    Settings.read(ToolsConfig::read, settings, problems);
    return problems.lines();
  }

  private Tool tool() {
    Problems problems = new Problems();
    ToolsConfig config = Settings.read(ToolsConfig::read, settings, problems);
    assertThat(problems.lines()).isEmpty();
    return new Toolbox(config, clients, "1.0")
        .of(List.of("look"))
        .tools(new SeenRun().request(RawJson.of("1"), HistorySource.NONE))
        .toCompletableFuture()
        .join()
        .get(0);
  }

  private static CompletableFuture<AgentEvent.ToolEnded> send(Tool tool, String arguments) {
    ToolRequest call = new ToolRequest("a", "look", RawJson.of(arguments));
    assertThat(tool.refusal(call)).isEmpty();
    return tool.call(
        new SeenRun().request(RawJson.of("1"), HistorySource.NONE),
        call,
        progress -> CompletableFuture.completedFuture(null));
  }

  private static AgentEvent.ToolEnded end(CompletableFuture<AgentEvent.ToolEnded> sent)
      throws Exception {
    return sent.get(20, TimeUnit.SECONDS);
  }

  private static String refusal(Tool tool, String arguments) {
    return tool.refusal(new ToolRequest("a", "look", RawJson.of(arguments))).orElseThrow();
  }

  public void whatIsNotInTheAddressIsTheBody() throws Exception {
    try (ScriptedService service = ScriptedService.answering(answer(200, JSON, " {\"t\":1.50}"))) {
      set("url", service.uri("/w") + "/{city}?n={n}");
      set("headers", "Authorization: Bearer s3cr3t");
      set("description", "The weather.");
      Tool tool = tool();
      assertThat(tool.spec().description()).isEqualTo("The weather.");
      AgentEvent.ToolEnded end =
          end(send(tool, "{\"city\":\"a/b\",\"n\":\"2\",\"deep\":{\"x\":[1.0]}}"));
      assertThat(end).isEqualTo(AgentEvent.ToolEnded.ok("a", RawJson.of("{\"t\":1.50}")));
      Dialogue dialogue = service.dialogues().get(0);
      assertThat(dialogue.requestLine()).isEqualTo("POST /w/a%2Fb?n=2 HTTP/1.1");
      assertThat(dialogue.body()).isEqualTo("{\"deep\":{\"x\":[1.0]}}");
      assertThat(dialogue.header("authorization")).isEqualTo("Bearer s3cr3t");
    }
  }

  public void aGetHasNoBodyAndTakesNoOtherArguments() throws Exception {
    try (ScriptedService service =
        ScriptedService.answering(answer(200, "Content-Type: text/plain\r\n", "\"hi\"\n"))) {
      set("url", service.uri("/w") + "?n={n}");
      set("method", "GET");
      Tool tool = tool();
      assertThat(end(send(tool, "{\"n\":\"1\"}")).result())
          .isEqualTo(RawJson.of("\"\\\"hi\\\"\\n\""));
      assertThat(service.dialogues().get(0).requestLine()).isEqualTo("GET /w?n=1 HTTP/1.1");
      assertThat(service.dialogues().get(0).body()).isEmpty();
      assertThat(refusal(tool, "{\"m\":1}")).startsWith("arguments: ").contains("m");
      assertThat(service.connections()).isEqualTo(1);
    }
  }

  public void argumentsThatTheSchemaRefusesAreNotSent() throws Exception {
    try (ScriptedService service = ScriptedService.answering(answer(200, "", ""))) {
      schema(
          "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\",\"maximum\":9}},"
              + "\"required\":[\"n\"],\"additionalProperties\":false}");
      set("url", service.uri().toString());
      Tool tool = tool();
      assertThat(refusal(tool, "{}")).contains("n");
      assertThat(refusal(tool, "{\"n\":10}")).contains("9");
      assertThat(refusal(tool, "{\"n\":1,\"more\":1}")).contains("more");
      assertThat(refusal(tool, "[1]")).contains("a JSON object");
      assertThat(end(send(tool, "{\"n\":1}")).result()).isEqualTo(RawJson.of("\"\""));
      assertThat(service.connections()).isEqualTo(1);
    }
  }

  @DataProvider
  public Object[][] failures() {
    return new Object[][] {
      {answer(404, JSON, "{\"error\":{\"message\":\"no such city\"}}"), "(404): no such city"},
      {answer(500, "", "<html>Bearer s3cr3t</html>"), "(500): <html>***</html>"},
      {answer(302, "Location: http://127.0.0.1:1/\r\n", ""), "redirects elsewhere"},
      {answer(200, "", "x".repeat(101)), "at most 100 bytes"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", "lost"},
      {"220 mail ready\r\n\r\n", "HTTP/1.1"},
    };
  }

  @Test(dataProvider = "failures")
  public void aFailureIsAnErrorThatSaysWhy(String answer, String expected) throws Exception {
    try (ScriptedService service = ScriptedService.answering(answer)) {
      set("url", service.uri().toString());
      set("max_response", "100");
      set("headers", "Authorization: Bearer s3cr3t");
      AgentEvent.ToolEnded end = end(send(tool(), "{}"));
      assertThat(end.error()).contains(expected).doesNotContain("s3cr3t");
      assertThat(service.connections()).as("no retry").isEqualTo(1);
    }
  }

  @DataProvider
  public Object[][] echoes() {
    return new Object[][] {
      {JSON, "{\"Authorization\":\"Bearer s3c/r3t\"}", "{\"Authorization\":\"***\"}"},
      {JSON, "{\"token\":\"s3c\\/r3t\"}", "{\"token\":\"***\"}"},
      {JSON, "{\"q\":\"a\\\"b\\\\c d\"}", "{\"q\":\"***\"}"},
      {JSON, "{\"key\":12345678}", "\"{\\\"key\\\":***}\""},
      {JSON, "{\"said\":\"c d, Bearer\"}", "{\"said\":\"c d, Bearer\"}"},
      {"", "x-key: 12345678", "\"x-key: ***\""},
    };
  }

  @Test(dataProvider = "echoes")
  public void aResultHasNoCredential(String type, String echo, String result) throws Exception {
    try (ScriptedService service = ScriptedService.answering(answer(200, type, echo))) {
      set("url", service.uri().toString());
      set("headers", "Authorization: Bearer s3c/r3t\nX-Key: 12345678\nX-Quoted: a\"b\\c d");
      assertThat(end(send(tool(), "{}")).result()).isEqualTo(RawJson.of(result));
    }
  }

  public void anAnswerOfAMebibyteIsTaken() throws Exception {
    try (ScriptedService service =
        ScriptedService.answering(answer(200, "", "x".repeat(1024 * 1024)))) {
      set("url", service.uri().toString());
      set("max_response", "1MiB");
      assertThat(end(send(tool(), "{}")).result()).isNotNull();
    }
  }

  public void anAnswerThatComesByteByByteEndsInTime() throws Exception {
    try (ScriptedService service =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              dialogue.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1");
              dialogue.awaitClose();
            })) {
      set("url", service.uri().toString());
      set("timeout", "50ms");
      assertThat(end(send(tool(), "{}")).error()).contains("within 50 ms");
    }
  }

  public void cancellingClosesTheConnection() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    try (ScriptedService service =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              asked.countDown();
              dialogue.awaitClose();
              closed.countDown();
            })) {
      set("url", service.uri().toString());
      CompletableFuture<AgentEvent.ToolEnded> sent = send(tool(), "{}");
      asked.await();
      sent.cancel(false);
      closed.await();
    }
  }

  public void theStartNamesWhatNoCallCouldSatisfy() throws IOException {
    set("url", "https://api.example/{city}?n={n}");
    set("method", "GET");
    schema("{\"type\":\"object\",\"properties\":{\"city\":{},\"other\":{}}}");
    assertThat(problems())
        .hasSize(3)
        .anyMatch(line -> line.contains("requires city"))
        .anyMatch(line -> line.contains("the property n"))
        .anyMatch(line -> line.contains("GET has no body; other is not"));
  }

  @DataProvider
  public Object[][] badSettings() {
    return new Object[][] {
      {"url", "https://{host}/x", "tools.look.url: https://{host}/x (expected: an http"},
      {"method", "HEAD", "tools.look.method: HEAD (expected: GET, POST"},
      {"headers", "Host: x", "tools.look.headers: Host (expected: no header that HTTP"},
      {"schema_file", "/nowhere", "tools.look.schema_file: /nowhere (expected: a readable"},
      {"timeout", "1ms", "tools.look.timeout: 1ms (expected: "},
      {"max_response", "2MiB", "tools.look.max_response: 2MiB (expected: "},
    };
  }

  @Test(dataProvider = "badSettings")
  public void badSettingsAreNamed(String key, String value, String expected) {
    set("url", "https://api.example/x");
    set(key, value);
    assertThat(problems()).anyMatch(line -> line.startsWith(expected));
  }

  @DataProvider
  public Object[] badSchemas() {
    return new Object[] {
      "[]",
      "{\"type\":\"string\"}",
      "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"https://evil.example/s.json\"}}}",
      "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"file:///etc/passwd\"}}}",
    };
  }

  @Test(dataProvider = "badSchemas")
  public void aSchemaIsOneOfAnObjectAndStandsForItself(String json) throws IOException {
    set("url", "https://api.example/x");
    schema(json);
    assertThat(problems()).anyMatch(line -> line.startsWith("tools.look.schema_file: "));
  }

  public void aToolWithoutAnAddressIsNamed() {
    set("method", "GET");
    assertThat(problems())
        .containsExactly("tools.look.url: not set (expected: a value, because each tool needs it)");
  }
}
