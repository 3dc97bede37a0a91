package dev.parley.gateway.tests.upstream;

import static dev.parley.gateway.tests.support.Bounds.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.upstream.Dialogue;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.WsClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * Services that send without end or far too much: the run is bounded and ends once, the connection
 * is closed, and a neighbour is answered meanwhile.
 */
@Test(groups = {"chat_events", "error_recovery"})
public class EndlessServiceTest extends GatewayTest {
  private static final String FINE = "It is well.";
  private static final int TOOLS = 10_000;
  private static final String WITH_TOOLS = "-with-tools";
  private static final List<ServiceDialect> MODELS =
      List.of(ServiceDialect.OPENAI, ServiceDialect.RESPONSES, ServiceDialect.ANTHROPIC);
  private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final Set<String> closed = ConcurrentHashMap.newKeySet();
  private final ScriptedService tool =
      ScriptedService.answering(ScriptedService.answer(200, "", "found"));

  private enum Flood {
    COMMENTS {
      @Override
      void send(Dialogue to, ServiceDialect as) throws IOException {
        LockSupport.parkNanos(PACE_NANOS);
        to.chunk(": wait\n\n");
      }
    },
    SINGLE_BYTES {
      @Override
      void send(Dialogue to, ServiceDialect as) throws IOException {
        LockSupport.parkNanos(PACE_NANOS);
        to.chunk("x");
      }
    },
    TEXT {
      @Override
      void send(Dialogue to, ServiceDialect as) throws IOException {
        to.chunk(as.text("word ".repeat(4096)));
      }
    },
    THOUGHTS {
      @Override
      void send(Dialogue to, ServiceDialect as) throws IOException {
        to.chunk(as.thought("hm ".repeat(4096)));
      }
    };

    /** Sends the next piece; called again and again. */
    abstract void send(Dialogue to, ServiceDialect as) throws IOException;
  }

  @Override
  protected Map<String, String> settings() {
    ScriptedService service = keeping(ScriptedService.of(this::serve));
    Map<String, String> settings = new HashMap<>();
    for (ServiceDialect dialect : ServiceDialect.values()) {
      ServiceAgents.put(settings, dialect, dialect.type(), service, "key-of-the-tests-13");
    }
    keeping(tool);
    settings.put("tools.look-up.url", tool.uri().toString());
    for (ServiceDialect dialect : MODELS) {
      String agent = dialect.type() + WITH_TOOLS;
      ServiceAgents.put(settings, dialect, agent, service, "key-of-the-tests-13");
      settings.put("agents." + agent + ".tools", "look-up");
    }
    return settings;
  }

  private void serve(Dialogue to) throws IOException {
    to.readRequest();
    String type = ServiceAgents.agentOf(to).replace(WITH_TOOLS, "");
    ServiceDialect dialect = ServiceDialect.of(type);
    to.beginStream();
    to.chunk(dialect.begin());
    for (Flood flood : Flood.values()) {
      if (to.body().contains("flood " + flood)) {
        sendUntilClosed(to, dialect, flood);
      }
    }
    boolean isAnswered = to.body().contains("call_0") || to.body().contains("toolu_0");
    if (to.body().contains("many tools") && !isAnswered) {
      for (int i = 0; i < TOOLS; i++) {
        to.chunk(dialect.tool(i).replace("look_up", "look-up"));
      }
      to.chunk(dialect.endWithTools());
    } else {
      to.chunk(dialect.text(FINE) + dialect.end());
    }
    to.endStream();
  }

  private void sendUntilClosed(Dialogue to, ServiceDialect dialect, Flood flood)
      throws IOException {
    try {
      while (true) {
        flood.send(to, dialect);
      }
    } finally {
      closed.add(dialect + " " + flood);
    }
  }

  private record OpenFlood(ServiceDialect dialect, Flood flood, WsClient client, String run) {}

  /** The service floods the run of a new user. */
  private OpenFlood begin(RunningGateway at, ServiceDialect dialect, Flood flood) {
    WsClient client = closing(at.connect(ada + "-" + WsClient.newId()));
    String run = start(client, dialect, "flood " + flood);
    client.await("agent_started");
    return new OpenFlood(dialect, flood, client, run);
  }

  private void assertBounded(OpenFlood open, String... ends) {
    Received end = onlyEnd(open.client, open.run);
    assertThat(end.text("code") + end.text("finish")).as(open.toString()).isIn((Object[]) ends);
    await().until(() -> closed.contains(open.dialect + " " + open.flood));
  }

  @DataProvider
  public Object[] dialects() {
    return ServiceDialect.values();
  }

  @Test(dataProvider = "dialects")
  public void wordsWithoutEndAreBounded(ServiceDialect dialect) {
    for (Flood flood : List.of(Flood.TEXT, Flood.THOUGHTS)) {
      OpenFlood open = begin(gateway, dialect, flood);
      neighbourIsAnswered(dialect);
      assertBounded(open, "length", "upstream_protocol");
    }
  }

  /** All at once, since each takes as long as a run may take. */
  public void bytesWithoutAnEventAreBounded() {
    RunningGateway hurried = another(Map.of("runs.timeout", "3s"));
    List<OpenFlood> all = new ArrayList<>();
    for (ServiceDialect dialect : ServiceDialect.values()) {
      all.add(begin(hurried, dialect, Flood.COMMENTS));
      all.add(begin(hurried, dialect, Flood.SINGLE_BYTES));
    }
    for (ServiceDialect dialect : ServiceDialect.values()) {
      neighbourIsAnswered(hurried, dialect);
    }
    all.forEach(open -> assertBounded(open, "run_timeout"));
  }

  @Test(dataProvider = "dialects")
  public void tenThousandCallsOfToolsAreBounded(ServiceDialect dialect) {
    WsClient client = connect(ada);
    String run = start(client, dialect, "many tools");
    neighbourIsAnswered(dialect);
    Received end = onlyEnd(client, run);
    assertThat(end.text("code")).isEqualTo("upstream_protocol");
    assertThat(end.text("message")).contains("one more", "(expected: at most ");
    neighbourIsAnswered(dialect);
  }

  @DataProvider
  public Object[] models() {
    return MODELS.toArray();
  }

  @Test(dataProvider = "models")
  public void tenThousandCallsOfToolsOfTheGatewayAreBounded(ServiceDialect dialect) {
    int before = tool.connections();
    WsClient client = connect(ada);
    String run = start(client, dialect.type() + WITH_TOOLS, "many tools");
    neighbourIsAnswered(dialect);
    Received end = onlyEnd(client, run);
    assertThat(end.text("code")).as(end.toString()).isEqualTo("upstream_protocol");
    assertThat(end.text("message")).contains("one more", "(expected: at most ");
    assertThat(tool.connections() - before).isZero();
    neighbourIsAnswered(dialect);
  }

  private void neighbourIsAnswered(ServiceDialect dialect) {
    neighbourIsAnswered(gateway, dialect);
  }

  private void neighbourIsAnswered(RunningGateway at, ServiceDialect dialect) {
    WsClient neighbour = closing(at.connect(bob));
    String run = start(neighbour, dialect, "hello");
    assertThat(neighbour.awaitEnd(run).text("text")).isEqualTo(FINE);
  }

  private static String start(WsClient client, ServiceDialect dialect, String input) {
    return start(client, dialect.type(), input);
  }

  private static String start(WsClient client, String agent, String input) {
    return client.ask(Commands.startAgent(WsClient.newId(), "t1", agent, input)).runId();
  }

  private static Received onlyEnd(WsClient client, String run) {
    client.awaitEnd(run);
    client.barrier();
    List<Received> ends =
        client.thread("t1").eventsOf(run).stream().filter(Received::isTerminal).toList();
    assertThat(ends).hasSize(1);
    return ends.get(0);
  }
}
