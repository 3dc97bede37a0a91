package dev.parley.gateway.tests.startup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.upstream.Dialogue;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.tests.support.ChildGateway;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.TestFolder;
import dev.parley.gateway.tests.support.WsClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.testng.annotations.Test;

/** The tool of the manual of agents is called with the settings printed there. */
@Test(groups = {"startup", "chat_events"})
public class ManualToolsTest {

  private static final Path MANUAL = Path.of("..", "docs", "agents.md");
  private static final String FORECAST = "{\"days\":[\"sun\",\"rain\"]}";

  private static final String CALL =
      """
      data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1",\
      "type":"function","function":{"name":"weather",\
      "arguments":"{\\"city\\":\\"Ulan Bator\\",\\"days\\":2}"}}]},"finish_reason":"tool_calls"}]}

      data: [DONE]

      """;

  private static final String TEXT =
      """
      data: {"choices":[{"index":0,"delta":{"content":"Sun, then rain."},"finish_reason":"stop"}]}

      data: [DONE]

      """;

  /** The block of this language in the section on tools. */
  private static String block(String language) throws IOException {
    String section = Files.readString(MANUAL).split("\n### Tools\n", -1)[1].split("\n###? ", -1)[0];
    return section.split("```" + language + "\n", -1)[1].split("```", -1)[0];
  }

  private static String replaced(String text, String old, String by) {
    assertThat(text).contains(old);
    return text.replace(old, by);
  }

  private static void answer(Dialogue dialogue) throws IOException {
    dialogue.readRequest();
    dialogue.beginStream();
    dialogue.chunk(dialogue.body().contains("call_1") ? TEXT : CALL);
    dialogue.endStream();
  }

  public void theModelCallsTheTool() throws IOException {
    try (TestFolder folder = new TestFolder();
        ScriptedService model = ScriptedService.of(ManualToolsTest::answer);
        ScriptedService weather =
            ScriptedService.answering(
                ScriptedService.answer(200, "Content-Type: application/json\r\n", FORECAST))) {
      Path schema = folder.path().resolve("weather.json");
      Files.writeString(schema, block("json"));
      Path file = folder.path().resolve("gateway.yaml");
      String yaml = replaced(block("yaml"), "/etc/parley/weather.json", schema.toString());
      yaml = replaced(yaml, "https://weather.example/", weather.uri("/").toString());
      yaml = replaced(yaml, "https://api.openai.com/v1", model.uri("/v1").toString());
      Files.writeString(file, yaml);
      Path store = folder.path().resolve("store");
      try (ChildGateway gateway = ChildGateway.start(store, Map.of("config", file.toString()));
          WsClient client = WsClient.open(gateway.address(), gateway.token("ada"))) {
        String run = client.say("t1", "Will it rain in Ulan Bator?").runId();
        Received end = client.awaitEnd(run);
        assertThat(end.text("text")).as(end.toString()).isEqualTo("Sun, then rain.");
        List<Received> tools =
            client.thread("t1").eventsOf(run).stream()
                .filter(event -> event.type().startsWith("tool_"))
                .toList();
        assertThat(tools).hasSize(2);
        assertThat(tools.get(1).payload().path("result")).isEqualTo(Json.parse(FORECAST));
      }
      Dialogue asked = weather.dialogues().get(0);
      assertThat(asked.requestLine()).isEqualTo("GET /v1/Ulan%20Bator?days=2 HTTP/1.1");
      assertThat(asked.header("authorization")).isEqualTo("Bearer key");
      String told = model.dialogues().get(1).body();
      assertThat(told).contains("sun").contains("The weather of a city for up to seven days.");
    }
  }
}
