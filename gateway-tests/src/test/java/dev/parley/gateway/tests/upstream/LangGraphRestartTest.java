package dev.parley.gateway.tests.upstream;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.ChildGateway;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.TestFolder;
import dev.parley.gateway.tests.support.ThreadReader;
import dev.parley.gateway.tests.support.WsClient;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The gateway is killed or ended in the middle of a run of a LangGraph service: it goes on. */
@Test(groups = "error_recovery")
public class LangGraphRestartTest {
  private static final String HOLD = "hold one two three four five six";

  @DataProvider
  Object[][] endings() {
    Consumer<ChildGateway> kill = ChildGateway::kill;
    Consumer<ChildGateway> terminate =
        gateway -> {
          gateway.terminate();
          gateway.awaitExit();
        };
    return new Object[][] {{"kill", kill}, {"terminate", terminate}};
  }

  @Test(dataProvider = "endings")
  public void theSameRunGoesOnAndNothingComesTwice(String name, Consumer<ChildGateway> ending) {
    try (TestFolder folder = new TestFolder();
        GraphServer server = new GraphServer()) {
      Map<String, String> settings = settings(server);
      try (ChildGateway first = ChildGateway.start(folder.path(), settings)) {
        String token = first.token("ada");
        WsClient before = WsClient.open(first.address(), token);
        String run = before.ask(Commands.startAgent("c1", "t1", "graph", HOLD)).runId();
        before.await("agent_message");
        ending.accept(first);
        before.cut();
        server.release();
        try (ChildGateway next = first.restart(settings);
            WsClient after = WsClient.open(next.address(), token)) {
          ThreadReader reader = after.readAll("t1");
          Received end = after.awaitEnd(run);
          after.barrier();
          assertThat(end.type()).as("%s", end).isEqualTo("agent_completed");
          assertThat(end.text("text")).isEqualTo(HOLD);
          List<Received> events = reader.eventsOf(run);
          assertThat(events.stream().filter(Received::isTerminal)).hasSize(1);
          assertThat(events.stream().map(Received::type).filter("agent_started"::equals))
              .hasSize(1);
          assertThat(server.requests())
              .containsOnlyOnce("POST /threads/*/runs/stream")
              .doesNotContain("POST /threads/*/runs/*/cancel");
          next.kill();
          assertThat(first.output() + next.output()).doesNotContain(GraphServer.KEY);
        }
      }
    }
  }

  private static Map<String, String> settings(GraphServer server) {
    return Map.of(
        "drain.timeout", "0ms",
        "agents.graph.type", "langgraph",
        "agents.graph.url", server.url().toString(),
        "agents.graph.assistant", "graph",
        "agents.graph.api_key", GraphServer.KEY);
  }

  public void aSubagentGoesOnAsTheSame() {
    try (TestFolder folder = new TestFolder();
        GraphServer server = new GraphServer();
        ChildGateway first = ChildGateway.start(folder.path(), settings(server))) {
      String token = first.token("ada");
      WsClient before = WsClient.open(first.address(), token);
      String run = before.ask(Commands.startAgent("c1", "t1", "graph", "ask")).runId();
      before.awaitWhere("what it says", LangGraphRestartTest::isOfWriter);
      first.kill();
      before.cut();
      server.release();
      try (ChildGateway next = first.restart(settings(server));
          WsClient after = WsClient.open(next.address(), token)) {
        ThreadReader reader = after.readAll("t1");
        Received end = after.awaitEnd(run);
        after.barrier();
        assertThat(end.text("text")).isEqualTo("It is written.");
        List<Received> ofWriter =
            reader.eventsOf(run).stream().filter(event -> event.payload().has("subagent")).toList();
        assertThat(ofWriter)
            .allSatisfy(
                event ->
                    assertThat(event.payload().path("subagent").toString())
                        .isEqualTo("{\"id\":\"tools:1\",\"name\":\"writer\"}"));
        // Pieces may come merged.
        assertThat(ofWriter.stream().map(LangGraphRestartTest::shown).collect(joining()))
            .isEqualTo(" start Two halves. count  count  end ");
      }
    }
  }

  private static boolean isOfWriter(Received event) {
    return event.payload().has("subagent") && event.payload().has("text");
  }

  private static String shown(Received event) {
    if (event.payload().has("text")) {
      return event.text("text");
    }
    return ' '
        + (event.payload().has("phase") ? event.text("phase") : event.text("tool_name"))
        + ' ';
  }
}
