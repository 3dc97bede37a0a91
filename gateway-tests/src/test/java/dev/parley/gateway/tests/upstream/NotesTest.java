package dev.parley.gateway.tests.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.upstream.Dialogue;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.tests.support.ChildGateway;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.StreamClient;
import dev.parley.gateway.tests.support.TestFolder;
import dev.parley.gateway.tests.support.ThreadReader;
import dev.parley.gateway.tests.support.WsClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * What a model alone can read is in its next request, also when the gateway was killed between two
 * turns, and nowhere that a client or an operator looks.
 */
@Test(groups = "error_recovery")
public class NotesTest {
  private static final String MARKER = "c2lnbmF0dXJlLW9mLXRoZS10ZXN0cw+/==";
  private static final String THOUGHT =
      "{\"type\":\"thinking\",\"thinking\":\"Which tool?\",\"signature\":\"" + MARKER + "\"}";
  private static final String TOOL_USE =
      "{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"clock\",\"input\":{}}";
  private static final String EXTRA =
      "\"extra_content\":{\"google\":{\"thought_signature\":\"" + MARKER + "\"}}";

  @DataProvider
  public Object[][] services() {
    return new Object[][] {
      {ServiceDialect.ANTHROPIC, "\"content\":[" + THOUGHT + "," + TOOL_USE + "]"},
      {ServiceDialect.OPENAI, EXTRA},
    };
  }

  @Test(dataProvider = "services")
  public void theBytesOfTheModelGoBackAfterAKillAndAreSeenByNobody(
      ServiceDialect dialect, String echoed) {
    Map<String, String> settings = new HashMap<>();
    try (TestFolder folder = new TestFolder();
        ScriptedService service = ScriptedService.of(dialogue -> serve(dialogue, dialect))) {
      ServiceAgents.put(settings, dialect, "model", service, "key-of-the-tests");
      try (ChildGateway first = ChildGateway.start(folder.path(), settings)) {
        String token = first.token("ada");
        String run = ask(first, token, "what time is it?");
        assertThat(last(service)).containsOnlyOnce(echoed);
        assertUnseen(first, token, run);
        first.kill();
        try (ChildGateway next = first.restart(settings)) {
          assertUnseen(next, token, ask(next, token, "and now?"));
          assertThat(last(service)).contains("and now?").containsOnlyOnce(echoed);
          assertUnseen(next, token, run);
          int status = new HttpCaller(next.address(), token).delete("/v1/threads/t1").status();
          assertThat(status).isBetween(200, 204);
          ask(next, token, "and now?");
          assertThat(last(service)).doesNotContain(MARKER, "what time");
          next.kill();
          assertThat(first.output() + next.output()).doesNotContain(MARKER);
        }
      }
    }
  }

  private static String ask(ChildGateway gateway, String token, String words) {
    try (WsClient client = WsClient.open(gateway.address(), token)) {
      client.readAll("t1");
      String id = WsClient.newId();
      String run = client.ask(Commands.startAgent(id, "t1", "model", words)).runId();
      assertThat(client.awaitEnd(run).type()).isEqualTo("agent_completed");
      assertThat(client.received().toString()).doesNotContain(MARKER);
      return run;
    }
  }

  private static String last(ScriptedService service) {
    List<Dialogue> dialogues = service.dialogues();
    return dialogues.get(dialogues.size() - 1).body();
  }

  /** By socket, by page, by stream, and in every other answer of the API. */
  private static void assertUnseen(ChildGateway gateway, String token, String run) {
    try (WsClient client = WsClient.open(gateway.address(), token)) {
      ThreadReader reader = client.readAll("t1");
      client.awaitEnd(run);
      client.barrier();
      assertThat(reader.eventsOf(run)).isNotEmpty();
      assertThat(client.received().toString()).doesNotContain(MARKER);
    }
    HttpCaller http = new HttpCaller(gateway.address(), token);
    for (String path :
        List.of("/v1/threads/t1/events", "/v1/threads", "/v1/agents", "/v1/session")) {
      HttpCaller.HttpAnswer answer = http.get(path);
      assertThat(answer.status()).as(path).isEqualTo(200);
      assertThat(answer.json().toString()).as(path).doesNotContain(MARKER);
    }
    try (StreamClient stream = StreamClient.open(gateway.address(), token, "t1", "?after=0")) {
      stream.awaitEnd(run);
      List<Received> received = stream.received();
      assertThat(received).isNotEmpty();
      assertThat(received.toString()).doesNotContain(MARKER);
    }
  }

  /** Calls a tool when it is asked first, and says something when it has been told. */
  private static void serve(Dialogue dialogue, ServiceDialect dialect) throws Exception {
    dialogue.readRequest();
    JsonNode messages = Json.parse(dialogue.body()).path("messages");
    boolean calls = messages.get(messages.size() - 1).toString().contains("what time");
    dialogue.beginStream();
    dialogue.chunk(dialect.begin());
    if (!calls) {
      dialogue.chunk(dialect.text("Noon."));
      dialogue.chunk(dialect.end());
    } else if (dialect == ServiceDialect.ANTHROPIC) {
      block(dialogue, 5, THOUGHT);
      block(dialogue, 6, TOOL_USE);
      dialogue.chunk(dialect.endWithTools());
    } else {
      dialogue.chunk(
          "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\","
              + "\"type\":\"function\","
              + EXTRA
              + ",\"function\":{\"name\":\"clock\",\"arguments\":\"{}\"}}]},"
              + "\"finish_reason\":null}]}\n\n");
      dialogue.chunk(dialect.endWithTools());
    }
    dialogue.endStream();
  }

  private static void block(Dialogue dialogue, int index, String block) throws Exception {
    dialogue.chunk(
        "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":"
            + index
            + ",\"content_block\":"
            + block
            + "}\n\nevent: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":"
            + index
            + "}\n\n");
  }
}
