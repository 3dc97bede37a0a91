package dev.parley.gateway.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.report.Figures;
import dev.parley.gateway.tests.support.ChildGateway;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.TestFolder;
import dev.parley.gateway.tests.support.ThreadReader;
import dev.parley.gateway.tests.support.WsClient;
import java.util.List;
import java.util.Map;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Kills the process with SIGKILL and starts it again on the same store. */
@Test(groups = {"error_recovery", "startup"})
public class KillNineTest {
  private static final Map<String, String> SETTINGS =
      Map.of("agents.builtin.pace", "10ms", "limits.burst", "1000");

  private TestFolder folder;
  private ChildGateway child;
  private String token;

  @BeforeMethod(alwaysRun = true)
  public void startChild() {
    folder = new TestFolder();
    child = ChildGateway.start(folder.path(), SETTINGS);
    token = child.token("ada");
  }

  @AfterMethod(alwaysRun = true)
  public void stopChild() {
    child.close();
    child.awaitExit();
    folder.close();
  }

  private void killAndRestart() {
    child.kill();
    long begin = System.nanoTime();
    child = child.restart(SETTINGS);
    Figures.report("kill to ready", (System.nanoTime() - begin) / 1e6, "ms");
  }

  public void everyEventSeenIsKeptAndTheRunEndsOnce() {
    WsClient before = WsClient.open(child.address(), token);
    String run = before.say("t1", "count slowly to 200").runId();
    before.awaitWhere("some numbers", f -> f.type().equals("agent_message") && f.seq() > 40);
    killAndRestart();
    before.drop();
    List<Received> seen = before.thread("t1").events();
    WsClient after = before.reopen(child.address(), token);
    ThreadReader reader = after.resume("t1");
    Received end = reader.events().get(reader.events().size() - 1);
    assertThat(end.type()).isEqualTo("agent_failed");
    assertThat(end.text("code")).isEqualTo("gateway_restarted");
    assertThat(reader.hasEnded(run)).isTrue();
    assertThat(reader.events().subList(0, seen.size())).isEqualTo(seen);
    assertThat(reader.canonical()).isEqualTo(after.readAll("t1").canonical());
    after.close();
  }

  public void anOpenToolIsClosedAsUnknown() {
    WsClient before = WsClient.open(child.address(), token);
    String run = before.say("t1", "wait 30 seconds").runId();
    before.await("tool_executing");
    killAndRestart();
    WsClient after = WsClient.open(child.address(), token);
    List<Received> events = after.readAll("t1").eventsOf(run);
    Received tool = events.get(events.size() - 2);
    assertThat(tool.type()).isEqualTo("tool_completed");
    assertThat(tool.text("status")).isEqualTo("unknown");
    assertThat(events.get(events.size() - 1).text("code")).isEqualTo("gateway_restarted");
    after.close();
  }

  public void queuedMessagesRunAfterTheRestart() {
    WsClient before = WsClient.open(child.address(), token);
    String first = before.say("t1", "count slowly to 200").runId();
    before.ask(Commands.queue("c2", "t1", "what is 6*7?"));
    before.ask(Commands.queue("c3", "t1", "what is 6*8?"));
    killAndRestart();
    WsClient after = WsClient.open(child.address(), token);
    after.readAll("t1");
    assertThat(after.awaitEnd(first).text("code")).isEqualTo("gateway_restarted");
    assertThat(after.await("agent_completed").text("text")).contains("42");
    assertThat(after.await("agent_completed").text("text")).contains("48");
    assertThat(after.thread("t1").openRuns()).isZero();
    after.close();
  }

  public void everyAcceptedCommandIsKeptAndNotExecutedAgain() {
    WsClient before = WsClient.open(child.address(), token);
    for (int i = 0; i < 200; i++) {
      before.sendValid(Commands.chat("c" + i, "t1", "line " + i));
    }
    before.awaitWhere("c60 accepted", f -> f.type().equals("accepted") && f.id().equals("c60"));
    killAndRestart();
    before.drop();
    long accepted = before.received().stream().filter(f -> f.type().equals("accepted")).count();
    WsClient after = WsClient.open(child.address(), token);
    List<Received> events = after.readAll("t1").events();
    assertThat(events).hasSizeGreaterThanOrEqualTo((int) accepted);
    assertThat(events.stream().map(e -> e.text("content"))).doesNotHaveDuplicates();
    Received again = after.ask(Commands.chat("c60", "t1", "line 60"));
    assertThat(again.payload().path("duplicate").asBoolean()).isTrue();
    assertThat(again.payload().path("seq").asLong()).isEqualTo(61);
    after.close();
  }

  public void theThreadContinuesAfterTheRestart() {
    WsClient before = WsClient.open(child.address(), token);
    before.say("t1", "count slowly to 200");
    before.await("agent_message");
    killAndRestart();
    before.drop();
    WsClient after = before.reopen(child.address(), token);
    long head = after.resume("t1").cursor();
    Received accepted = after.say("t1", "what is 6*7?");
    assertThat(accepted.payload().path("seq").asLong()).isEqualTo(head + 1);
    assertThat(after.awaitEnd(accepted.runId()).text("text")).contains("42");
    after.close();
  }

  public void aTokenStaysValidAfterTheRestart() {
    killAndRestart();
    WsClient client = WsClient.open(child.address(), token);
    assertThat(client.received().get(0).text("user_id")).isEqualTo("ada");
    client.close();
  }

  public void afterRepeatedKillsEveryRunHasOneEnd() {
    for (int round = 0; round < 4; round++) {
      WsClient client = WsClient.open(child.address(), token);
      client.readAll("t1");
      client.say("t1", "count slowly to 200");
      client.await("agent_message");
      killAndRestart();
      client.drop();
    }
    WsClient reader = WsClient.open(child.address(), token);
    assertThat(reader.readAll("t1").openRuns()).isZero();
    assertThat(reader.received().stream().filter(Received::isTerminal)).hasSize(4);
    reader.close();
  }
}
