package dev.parley.gateway.tests.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.upstream.Dialogue;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.tests.support.ChildGateway;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.TestFolder;
import dev.parley.gateway.tests.support.ThreadReader;
import dev.parley.gateway.tests.support.WsClient;
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

  private static final List<ServiceDialect> DIALECTS =
      List.of(ServiceDialect.OPENAI, ServiceDialect.ANTHROPIC, ServiceDialect.RESPONSES);

  @DataProvider
  public Object[] models() {
    return DIALECTS.toArray();
  }

  @DataProvider
  public Object[] moments() {
    return Moment.values();
  }

  /** A model and its tool, whose run gets as far as this moment. */
  private static final class HeldRun implements AutoCloseable {
    private final ServiceDialect dialect;
    private final Moment moment;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final ScriptedService tool = ScriptedService.of(this::serveTool);
    private final ScriptedService model = ScriptedService.of(this::serveModel);
    private String token = "";
    private String run = "";

    HeldRun(ServiceDialect dialect, Moment moment) {
      this.dialect = dialect;
      this.moment = moment;
    }

    private void serveTool(Dialogue dialogue) throws Exception {
      dialogue.readRequest();
      if (moment == Moment.DURING) {
        hold(dialogue);
      }
      dialogue.send(ANSWER);
    }

    private void serveModel(Dialogue dialogue) throws Exception {
      dialogue.readRequest();
      if (isAnswered(dialogue)) {
        hold(dialogue);
      }
      begin(dialogue, dialect);
      dialogue.chunk(call(dialect));
      if (moment == Moment.BEFORE) {
        hold(dialogue);
      }
      dialogue.chunk(dialect.endWithTools());
      dialogue.endStream();
    }

    private void hold(Dialogue dialogue) throws Exception {
      reached.countDown();
      dialogue.awaitClose();
    }

    void start(ChildGateway gateway) throws InterruptedException {
      token = gateway.token(dialect.type());
      WsClient client = WsClient.open(gateway.address(), token);
      run = client.ask(Commands.startAgent("c1", "t1", dialect.type(), "hello")).runId();
      reached.await();
      if (moment == Moment.AFTER) {
        client.await("tool_completed"); // Only what is shown is surely kept.
      }
      client.cut();
    }

    void judge(ChildGateway next) {
      try (WsClient after = WsClient.open(next.address(), token)) {
        ThreadReader reader = after.readAll("t1");
        after.awaitEnd(run);
        after.barrier();
        List<Received> events = reader.eventsOf(run);
        assertThat(tool.dialogues()).as(dialect.type()).hasSize(moment == Moment.BEFORE ? 0 : 1);
        assertThat(statuses(events))
            .isEqualTo(
                switch (moment) {
                  case BEFORE -> List.of();
                  case DURING -> List.of("unknown");
                  case AFTER -> List.of("ok");
                });
        Received end = events.get(events.size() - 1);
        assertThat(end.text("code")).isEqualTo("gateway_restarted");
      }
    }

    @Override
    public void close() {
      model.close();
      tool.close();
    }
  }

  /** One run of each dialect; the gateway is killed when all have reached the moment. */
  @Test(dataProvider = "moments")
  public void noToolIsCalledTwice(Moment moment) throws Exception {
    List<HeldRun> runs = DIALECTS.stream().map(each -> new HeldRun(each, moment)).toList();
    Map<String, String> settings = new HashMap<>();
    runs.forEach(each -> put(settings, each.dialect, each.model, each.tool));
    try (TestFolder folder = new TestFolder();
        ChildGateway first = ChildGateway.start(folder.path(), settings)) {
      for (HeldRun each : runs) {
        each.start(first);
      }
      first.kill();
      try (ChildGateway next = first.restart(settings)) {
        runs.forEach(each -> each.judge(next));
        next.kill();
        assertThat(first.output() + next.output()).doesNotContain(KEY);
      }
    } finally {
      runs.forEach(HeldRun::close);
    }
  }

  @Test(dataProvider = "models")
  public void theModelGoesOnWithTheResult(ServiceDialect dialect) {
    Map<String, String> settings = new HashMap<>();
    try (ScriptedService tool = ScriptedService.answering(ANSWER);
        ScriptedService model =
            ScriptedService.of(
                dialogue -> {
                  dialogue.readRequest();
                  boolean isAnswered = isAnswered(dialogue);
                  begin(dialogue, dialect);
                  dialogue.chunk(isAnswered ? dialect.text("There is one.") : call(dialect));
                  dialogue.chunk(isAnswered ? dialect.end() : dialect.endWithTools());
                  dialogue.endStream();
                })) {
      put(settings, dialect, model, tool);
      try (RunningGateway gateway = RunningGateway.start(settings);
          WsClient client = gateway.connect("ada")) {
        String run = client.ask(Commands.startAgent("c1", "t1", dialect.type(), "hello")).runId();
        Received end = client.awaitEnd(run);
        assertThat(end.type()).isEqualTo("agent_completed");
        assertThat(end.text("text")).isEqualTo("There is one.");
        Received completed =
            client.thread("t1").eventsOf(run).stream()
                .filter(event -> event.type().equals("tool_completed"))
                .findFirst()
                .orElseThrow();
        assertThat(completed.payload().path("result")).hasToString("{\"found\":[1]}");
      }
      assertThat(tool.dialogues().get(0).requestLine()).isEqualTo("POST /v1/run HTTP/1.1");
      assertThat(tool.dialogues().get(0).header("x-key")).isEqualTo(KEY);
      assertThat(tool.dialogues().get(0).body()).isEqualTo("{}");
      assertThat(model.dialogues().get(0).body())
          .contains(toolOf(dialect))
          .contains("Looks it up.");
      assertThat(model.dialogues().get(1).body()).contains("{\\\"found\\\":[1]}");
    }
  }

  /** Adds an agent with the name of its dialect, and its tool {@code look-up-…}. */
  private static void put(
      Map<String, String> settings,
      ServiceDialect dialect,
      ScriptedService model,
      ScriptedService tool) {
    String agent = dialect.type();
    ServiceAgents.put(settings, dialect, agent, model, KEY);
    settings.put("agents." + agent + ".tools", toolOf(dialect));
    settings.put("agents." + agent + ".retries", "0");
    String prefix = "tools." + toolOf(dialect);
    settings.put(prefix + ".url", tool.uri().toString());
    settings.put(prefix + ".headers", "X-Key: " + KEY);
    settings.put(prefix + ".description", "Looks it up.");
  }

  private static String toolOf(ServiceDialect dialect) {
    return "look-up-" + dialect.type();
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
    return dialect.tool(0).replace("look_up", toolOf(dialect));
  }

  private static List<String> statuses(List<Received> events) {
    return events.stream()
        .filter(event -> event.type().equals("tool_completed"))
        .map(event -> event.text("status"))
        .toList();
  }
}
