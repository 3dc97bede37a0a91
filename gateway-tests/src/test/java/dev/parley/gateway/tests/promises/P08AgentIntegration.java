package dev.parley.gateway.tests.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.report.BusinessValue;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.util.List;
import java.util.Map;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

@BusinessValue(
    segment = "everyone",
    goal = "Core value",
    valueImpact = "A person watches the agent think, use its tools and answer, as it happens",
    strategicImpact =
        "Every agent looks the same to every front end, independent of its implementation")
@Test(groups = "chat_events")
public class P08AgentIntegration extends GatewayTest {
  private final BackEnd backEnd;

  @Factory(dataProvider = "backEnds", dataProviderClass = BackEnds.class)
  public P08AgentIntegration(BackEnd backEnd) {
    this.backEnd = backEnd;
  }

  @Override
  protected Map<String, String> settings() {
    return keeping(backEnd).start("20ms", Map.of("runs.idle_timeout", "1s"));
  }

  public void twoQuestionsInOneMessageCallTwoToolsAndGetOneAnswer() {
    List<Received> run =
        connect(ada).runToEnd("t1", "what is 12*(34+5)? and what time is it in Tokyo?");
    assertThat(ofType(run, "tool_executing")).hasSizeGreaterThanOrEqualTo(2);
    assertThat(ofType(run, "tool_completed")).allMatch(tool -> tool.text("status").equals("ok"));
    assertThat(run.get(run.size() - 1).text("text"))
        .contains("468")
        .containsPattern("\\d\\d:\\d\\d");
  }

  public void aRunOpensWithItsStartAndClosesWithItsEnd() {
    List<Received> run = connect(ada).runToEnd("t1", "what is 1+1?");
    assertThat(run.get(0).type()).isEqualTo("agent_started");
    assertThat(ofType(run, "agent_thinking")).isNotEmpty();
    assertThat(ofType(run, "agent_message")).isNotEmpty();
    assertThat(run.get(run.size() - 1).type()).isEqualTo("agent_completed");
  }

  public void aFailedToolIsReportedAndTheRunContinues() {
    List<Received> run = connect(ada).runToEnd("t1", "fail");
    Received tool = ofType(run, "tool_completed").get(0);
    assertThat(tool.text("status")).isEqualTo("error");
    assertThat(tool.text("error")).isNotBlank();
    assertThat(run.get(run.size() - 1).type()).isEqualTo("agent_completed");
  }

  public void anUnknownRequestIsAnsweredWithTheAbilitiesOfTheAgent() {
    List<Received> run = connect(ada).runToEnd("t1", "sing me a song");
    assertThat(run.get(run.size() - 1).text("text")).containsIgnoringCase("not a language model");
  }

  public void nonAsciiTextArrivesUnchanged() {
    WsClient client = connect(ada);
    client.ask(Commands.chat("c1", "t1", "naïve 日本 \uD83D\uDE80 \u0000 \"\\ \u2028"));
    assertThat(client.await("message_added").text("content"))
        .isEqualTo("naïve 日本 \uD83D\uDE80 \u0000 \"\\ \u2028");
  }

  public void aToolThatTakesTooLongIsClosedWhenTheRunFails() {
    WsClient client = connectHurried();
    String run = client.say("t1", "wait 30 seconds").runId();
    Received end = client.awaitEnd(run);
    assertThat(end.type()).isEqualTo("agent_failed");
    assertThat(end.text("code")).isEqualTo("run_timeout");
    assertThat(ofType(client.thread("t1").eventsOf(run), "tool_completed")).hasSize(1);
  }

  public void aRunThatTakesTooLongFailsAndKeepsItsText() {
    WsClient client = connectHurried();
    Received end = client.awaitEnd(client.say("t1", "count slowly to 1000").runId());
    assertThat(end.text("code")).isEqualTo("run_timeout");
    assertThat(end.text("partial_text")).contains("1").contains("2");
  }

  /** A client of a gateway whose runs may take two seconds. */
  private WsClient connectHurried() {
    return closing(another(Map.of("runs.timeout", "2s")).connect(ada));
  }

  public void disconnectingDoesNotCancelTheRun() {
    WsClient client = connect(ada);
    String run = client.say("t1", "count slowly to 60").runId();
    client.await("agent_message");
    client.cut();
    WsClient later = connect(ada);
    later.readAll("t1");
    assertThat(later.awaitEnd(run).type()).isEqualTo("agent_completed");
  }

  public void theWelcomeListsTheOpenRuns() {
    WsClient client = connect(ada);
    String run = client.say("t1", "count slowly to 200").runId();
    client.await("agent_started");
    var open = connect(ada).received().get(0).payload().path("open_runs").path(0);
    assertThat(open.path("run_id").asText()).isEqualTo(run);
    assertThat(open.path("thread_id").asText()).isEqualTo("t1");
    assertThat(open.path("agent").asText()).isEqualTo("builtin");
    assertThat(open.path("epoch").asText()).isEqualTo(client.thread("t1").epoch());
    client.ask(Commands.cancelRun("x1", run));
  }

  public void aQueuedMessageIsAnsweredAfterTheRunEnds() {
    WsClient client = connect(ada);
    String first = client.say("t1", "count slowly to 20").runId();
    Received waits = client.ask(Commands.queue("c2", "t1", "what is 6*7?"));
    assertThat(waits.payload().has("run_id")).isFalse();
    Received added = client.awaitWhere("queued", f -> f.payload().path("queued").asBoolean());
    Received started =
        client.awaitWhere("its run", f -> f.text("message_id").equals(added.text("message_id")));
    assertThat(client.thread("t1").hasEnded(first)).isTrue();
    assertThat(client.awaitEnd(started.runId()).text("text")).contains("42");
    assertThat(client.ask(Commands.queue("c2", "t1", "what is 6*7?")).runId())
        .isEqualTo(started.runId());
  }

  public void aReplacingMessageCancelsTheOpenRun() {
    WsClient client = connect(ada);
    String first = client.say("t1", "count slowly to 200").runId();
    client.ask(Commands.queue("c2", "t1", "what is 1+1?"));
    client.ask(Commands.replace("c3", "t1", "what is 6*7?"));
    assertThat(client.awaitEnd(first).text("by")).isEqualTo("replaced");
    assertThat(client.await("agent_completed").text("text")).contains("42");
    assertThat(client.await("agent_completed").text("text")).contains("2");
  }

  public void aCancelledQueuedMessageIsTakenBackOnAllDevices() {
    WsClient client = connect(ada);
    String run = client.say("t1", "count slowly to 200").runId();
    WsClient other = connect(ada);
    other.readAll("t1");
    client.ask(Commands.queue("c2", "t1", "what is 6*7?"));
    Received back = client.ask(Commands.cancelByCommand("x1", "c2"));
    assertThat(back.text("state")).isEqualTo("taken_back");
    other.await("message_taken_back");
    client.ask(Commands.cancelRun("x2", run));
    other.awaitEnd(run);
    assertThat(other.thread("t1").openRuns()).isZero();
  }

  public void twoThreadsOfAUserRunAtTheSameTime() {
    WsClient client = connect(ada);
    String slow = client.say("t1", "count slowly to 200").runId();
    client.await("agent_message", "t1");
    client.runToEnd("t2", "what is 1+1?");
    assertThat(client.received()).noneMatch(f -> f.isTerminal() && f.runId().equals(slow));
    client.ask(Commands.cancelRun("x1", slow));
    client.awaitEnd(slow);
  }

  private static List<Received> ofType(List<Received> run, String type) {
    return run.stream().filter(event -> event.type().equals(type)).toList();
  }
}
