package dev.parley.gateway.tests.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.upstream.Dialogue;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.tests.support.ChildGateway;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.TestFolder;
import dev.parley.gateway.tests.support.ThreadReader;
import dev.parley.gateway.tests.support.WsClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The tools of a model, with the gateway killed before, during and after a call. */
@Test(groups = {"error_recovery", "chat_events"})
public class KillToolsTest {
  private static final String KEY = "key-of-the-tests-92";
  private static final String ANSWER =
      ScriptedService.answer(200, "Content-Type: application/json\r\n", "{\"found\":[1]}");

  /** Where the gateway is killed. */
  private enum Moment {
    /** The model has not finished its call. */
    BEFORE,

    /** The tool has the request, and does not answer. */
    DURING,

    /** The next request to the model has the result. */
    AFTER
  }

  @DataProvider
  public Object[] models() {
    return new Object[] {ServiceDialect.OPENAI, ServiceDialect.ANTHROPIC, ServiceDialect.RESPONSES};
  }

  @DataProvider
  public Object[][] moments() {
    List<Object[]> all = new ArrayList<>();
    for (Object dialect : models()) {
      for (Moment moment : Moment.values()) {
        all.add(new Object[] {dialect, moment});
      }
    }
    return all.toArray(Object[][]::new);
  }

  @Test(dataProvider = "moments")
  public void noToolIsCalledTwice(ServiceDialect dialect, Moment moment) throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    try (TestFolder folder = new TestFolder();
        ScriptedService tool =
            ScriptedService.of(
                dialogue -> {
                  dialogue.readRequest();
                  if (moment == Moment.DURING) {
                    reached.countDown();
                    dialogue.awaitClose();
                  }
                  dialogue.send(ANSWER);
                });
        ScriptedService model =
            ScriptedService.of(
                dialogue -> {
                  dialogue.readRequest();
                  if (isAnswered(dialogue)) {
                    reached.countDown();
                    dialogue.awaitClose();
                  }
                  begin(dialogue, dialect);
                  dialogue.chunk(call(dialect));
                  if (moment == Moment.BEFORE) {
                    reached.countDown();
                    dialogue.awaitClose();
                  }
                  dialogue.chunk(dialect.endWithTools());
                  dialogue.endStream();
                })) {
      Map<String, String> settings = settings(dialect, model, tool);
      try (ChildGateway first = ChildGateway.start(folder.path(), settings)) {
        String token = first.token("ada");
        WsClient before = WsClient.open(first.address(), token);
        String run = before.ask(Commands.startAgent("c1", "t1", "model", "hello")).runId();
        reached.await();
        first.kill();
        before.cut();
        try (ChildGateway next = first.restart(settings);
            WsClient after = WsClient.open(next.address(), token)) {
          ThreadReader reader = after.readAll("t1");
          after.awaitEnd(run);
          after.barrier();
          List<Received> events = reader.eventsOf(run);
          assertThat(tool.dialogues()).hasSize(moment == Moment.BEFORE ? 0 : 1);
          assertThat(statuses(events))
              .isEqualTo(
                  switch (moment) {
                    case BEFORE -> List.of();
                    case DURING -> List.of("unknown");
                    case AFTER -> List.of("ok");
                  });
          Received end = events.get(events.size() - 1);
          assertThat(end.text("code")).isEqualTo("gateway_restarted");
          next.kill();
          assertThat(first.output() + next.output()).doesNotContain(KEY);
        }
      }
    }
  }

  @Test(dataProvider = "models")
  public void theModelGoesOnWithTheResult(ServiceDialect dialect) {
    try (TestFolder folder = new TestFolder();
        ScriptedService tool = ScriptedService.answering(ANSWER);
        ScriptedService model =
            ScriptedService.of(
                dialogue -> {
                  dialogue.readRequest();
                  boolean isAnswered = isAnswered(dialogue);
                  begin(dialogue, dialect);
                  dialogue.chunk(isAnswered ? dialect.text("There is one.") : call(dialect));
                  dialogue.chunk(isAnswered ? dialect.end() : dialect.endWithTools());
                  dialogue.endStream();
                });
        ChildGateway gateway = ChildGateway.start(folder.path(), settings(dialect, model, tool));
        WsClient client = WsClient.open(gateway.address(), gateway.token("ada"))) {
      String run = client.ask(Commands.startAgent("c1", "t1", "model", "hello")).runId();
      Received end = client.awaitEnd(run);
      assertThat(end.type()).isEqualTo("agent_completed");
      assertThat(end.text("text")).isEqualTo("There is one.");
      Received completed =
          client.thread("t1").eventsOf(run).stream()
              .filter(event -> event.type().equals("tool_completed"))
              .findFirst()
              .orElseThrow();
      assertThat(completed.payload().path("result")).hasToString("{\"found\":[1]}");
      assertThat(tool.dialogues().get(0).requestLine()).isEqualTo("POST /v1/run HTTP/1.1");
      assertThat(tool.dialogues().get(0).header("x-key")).isEqualTo(KEY);
      assertThat(tool.dialogues().get(0).body()).isEqualTo("{}");
      assertThat(model.dialogues().get(0).body()).contains("look-up").contains("Looks it up.");
      assertThat(model.dialogues().get(1).body()).contains("{\\\"found\\\":[1]}");
    }
  }

  private static Map<String, String> settings(
      ServiceDialect dialect, ScriptedService model, ScriptedService tool) {
    Map<String, String> settings = new HashMap<>();
    ServiceAgents.put(settings, dialect, "model", model, KEY);
    settings.put("agents.model.tools", "look-up");
    settings.put("agents.model.retries", "0");
    settings.put("tools.look-up.url", tool.uri().toString());
    settings.put("tools.look-up.headers", "X-Key: " + KEY);
    settings.put("tools.look-up.description", "Looks it up.");
    return settings;
  }

  private static void begin(Dialogue dialogue, ServiceDialect dialect) throws Exception {
    dialogue.beginStream();
    dialogue.chunk(dialect.begin());
  }

  /** Whether the request has the result of the tool. */
  private static boolean isAnswered(Dialogue dialogue) {
    return dialogue.body().contains("found");
  }

  private static String call(ServiceDialect dialect) {
    return dialect.tool(0).replace("look_up", "look-up");
  }

  private static List<String> statuses(List<Received> events) {
    return events.stream()
        .filter(event -> event.type().equals("tool_completed"))
        .map(event -> event.text("status"))
        .toList();
  }
}
