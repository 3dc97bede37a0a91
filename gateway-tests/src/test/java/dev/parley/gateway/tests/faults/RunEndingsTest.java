package dev.parley.gateway.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.ChildGateway;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.TestFolder;
import dev.parley.gateway.tests.support.WsClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * Every way in which a run ends (protocol, "How a run ends"), each with a tool open: there is one
 * end, the tool is closed before it, and the thread accepts the next run.
 */
@Test(groups = {"chat_events", "error_recovery"})
public class RunEndingsTest extends GatewayTest {

  private static final Pattern ROW =
      Pattern.compile(
          "^\\| `(agent_(?:completed|failed|cancelled))` \\| `(\\w+)` \\|", Pattern.MULTILINE);

  /** Endings covered by other tests: RunTest, WaitingTest, QuotaTest, those of services. */
  private static final Set<String> OF_OTHER_TESTS =
      Stream.of(
              "overloaded",
              "internal",
              "quota_exceeded",
              "approval_unsupported",
              "content_filter",
              "max_steps",
              "upstream_unreachable",
              "upstream_rejected",
              "upstream_auth",
              "upstream_rate_limited",
              "upstream_error",
              "upstream_truncated",
              "upstream_disconnected")
          .map(code -> "agent_failed " + code)
          .collect(Collectors.toSet());

  private interface Way {
    /** Ends the run of this command. */
    void take(WsClient client, String command, String run);
  }

  private record RunEnding(String question, Way way, String end) {
    /** Whether the run ends only when a timer of the gateway does. */
    boolean isLate() {
      return question.equals("never end")
          || question.equals("block")
          || question.equals("talk on and on");
    }

    @Override
    public String toString() {
      return question + ": " + end;
    }
  }

  private static final Way ALONE = (client, command, run) -> {};
  private static final Way STOPPED =
      (client, command, run) -> client.ask(Commands.cancelRun("x", run));
  private static final Way STOPPED_BY_COMMAND =
      (client, command, run) -> client.ask(Commands.cancelByCommand("x", command));
  private static final Way REPLACED = RunEndingsTest::replace;

  private static void replace(WsClient client, String command, String run) {
    client.ask(Commands.replace("c2", "t1", "leave"));
    client.awaitWhere("the end of the next", f -> f.isTerminal() && !f.runId().equals(run));
  }

  private static final List<RunEnding> ENDINGS =
      List.of(
          new RunEnding("behave", ALONE, "agent_completed stop"),
          new RunEnding("leave", ALONE, "agent_completed stop"),
          new RunEnding("leave a tool open", ALONE, "agent_completed stop"),
          new RunEnding("end twice", ALONE, "agent_completed stop"),
          new RunEnding("go on after the end", ALONE, "agent_completed stop"),
          new RunEnding("a text too large", ALONE, "agent_completed length"),
          new RunEnding("throw", ALONE, "agent_failed agent_error"),
          new RunEnding("throw an error", ALONE, "agent_failed agent_error"),
          new RunEnding("crash later", ALONE, "agent_failed agent_error"),
          new RunEnding("return nothing", ALONE, "agent_failed agent_error"),
          new RunEnding("say null", ALONE, "agent_failed agent_error"),
          new RunEnding("say a part that is missing", ALONE, "agent_failed agent_error"),
          new RunEnding("flood", ALONE, "agent_failed agent_error"),
          new RunEnding("fail as its model did", ALONE, "agent_failed rate_limited"),
          new RunEnding("say nothing", ALONE, "agent_failed upstream_timeout"),
          new RunEnding("never end", ALONE, "agent_failed run_timeout"),
          new RunEnding("block", ALONE, "agent_failed run_timeout"),
          new RunEnding("junk", ALONE, "agent_failed upstream_protocol"),
          new RunEnding("a state too large", ALONE, "agent_failed upstream_protocol"),
          new RunEnding("too many tools", ALONE, "agent_failed upstream_protocol"),
          new RunEnding("talk on and on", ALONE, "agent_failed run_timeout"),
          new RunEnding("talk on and on", STOPPED, "agent_cancelled user"),
          new RunEnding("never end", STOPPED, "agent_cancelled user"),
          new RunEnding("block", STOPPED_BY_COMMAND, "agent_cancelled user"),
          new RunEnding("talk on and on", REPLACED, "agent_cancelled replaced"),
          new RunEnding("never end", REPLACED, "agent_cancelled replaced"));

  @Override
  protected Map<String, String> settings() {
    return Map.of(
        "agents.bad.type", "bad",
        "runs.first_timeout", "1s",
        "runs.idle_timeout", "1s",
        "runs.timeout", "6s");
  }

  /** Each alone; the late ones are one list, since they can wait together. */
  @DataProvider
  public Object[] endings() {
    List<RunEnding> late = ENDINGS.stream().filter(RunEnding::isLate).toList();
    Stream<List<RunEnding>> others = ENDINGS.stream().filter(each -> !each.isLate()).map(List::of);
    return Stream.concat(Stream.of(late), others).toArray();
  }

  @Test(dataProvider = "endings")
  public void aRunHasOneEnd(List<RunEnding> endings) {
    List<String> users =
        endings.stream().map(ending -> ada + "-" + endings.indexOf(ending)).toList();
    List<WsClient> clients = users.stream().map(this::connect).toList();
    List<String> runs = new ArrayList<>();
    for (int i = 0; i < endings.size(); i++) {
      runs.add(start(clients.get(i), "c1", "bad", endings.get(i).question() + ", a tool open"));
    }
    for (int i = 0; i < endings.size(); i++) {
      endings.get(i).way().take(clients.get(i), "c1", runs.get(i));
    }
    for (int i = 0; i < endings.size(); i++) {
      WsClient client = clients.get(i);
      judge(client, runs.get(i), endings.get(i).end());
      assertThat(connect(users.get(i)).readAll("t1").canonical())
          .isEqualTo(client.thread("t1").canonical());
    }
    assertThat(gateway.metrics().openRuns()).isZero();
  }

  private static String start(WsClient client, String id, String agent, String input) {
    return client.ask(Commands.startAgent(id, "t1", agent, input)).runId();
  }

  private static void judge(WsClient client, String run, String wanted) {
    assertThat(ending(client.awaitEnd(run))).isEqualTo(wanted);
    String next = start(client, "next", "builtin", "what is 6*7?");
    assertThat(client.awaitEnd(next).text("text")).contains("42");
    List<Received> events = client.thread("t1").eventsOf(run);
    assertThat(events.stream().filter(Received::isTerminal)).hasSize(1);
    assertThat(count(events, "tool_executing")).isEqualTo(count(events, "tool_completed"));
    assertThat(client.thread("t1").openRuns()).isZero();
  }

  private static String ending(Received end) {
    return end.type() + " " + end.text("finish") + end.text("code") + end.text("by");
  }

  private static long count(List<Received> events, String type) {
    return events.stream().filter(event -> event.type().equals(type)).count();
  }

  public void aRunOfAKilledGatewayHasOneEnd() {
    afterTheGateway(ChildGateway::kill, "agent_failed gateway_restarted");
  }

  public void aRunOfAGatewayThatShutsDownHasOneEnd() {
    afterTheGateway(ChildGateway::terminate, "agent_cancelled shutdown");
  }

  private static void afterTheGateway(Consumer<ChildGateway> ends, String end) {
    Map<String, String> settings = Map.of("drain.timeout", "100ms");
    try (TestFolder folder = new TestFolder();
        ChildGateway first = ChildGateway.start(folder.path(), settings)) {
      WsClient before = WsClient.open(first.address(), first.token("ada"));
      String run = before.say("t1", "wait 30 seconds").runId();
      before.await("tool_executing");
      ends.accept(first);
      before.awaitClose();
      first.awaitExit();
      try (ChildGateway next = first.restart(settings);
          WsClient after = WsClient.open(next.address(), next.token("ada"))) {
        after.readAll("t1");
        judge(after, run, end);
      }
    }
  }

  public void everyEndingOfTheProtocolIsTested() throws IOException {
    String protocol = Files.readString(Path.of("..", "docs", "protocol.md"));
    Set<String> written =
        ROW.matcher(protocol)
            .results()
            .map(row -> row.group(1) + " " + row.group(2))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> tested = new TreeSet<>(OF_OTHER_TESTS);
    tested.addAll(Set.of("agent_failed gateway_restarted", "agent_cancelled shutdown"));
    ENDINGS.forEach(ending -> tested.add(ending.end()));
    // One code that an agent reports represents all codes that it may report.
    tested.remove("agent_failed rate_limited");
    assertThat(tested).isEqualTo(written);
  }
}
