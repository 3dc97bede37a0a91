package dev.parley.gateway.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.report.Figures;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.StreamClient;
import dev.parley.gateway.tests.support.WsClient;
import java.util.List;
import org.testng.annotations.Test;

/**
 * Runs of the agent of the tests. Every client checks the grammar of each run: a tool opens and
 * closes once, one end, nothing after it.
 */
@Test(groups = {"chat_events", "business_value", "black_box"})
public class BlackBoxRunsTest extends BlackBoxTest {
  private static final String HELLO = "hello";

  public void aRunOpensWithItsStartAndClosesWithItsWholeText() {
    String thread = thread();
    WsClient client = connect();
    long begin = System.nanoTime();
    String run = start(client, thread, HELLO);
    client.awaitWhere("agent_started", f -> f.type().equals("agent_started"));
    Figures.report("start_agent to agent_started", (System.nanoTime() - begin) / 1e6, "ms");
    Received end = client.awaitEnd(run);
    assertThat(end.type()).as(end.toString()).isEqualTo("agent_completed");
    List<Received> events = client.thread(thread).eventsOf(run);
    assertThat(events.get(0).text("agent")).isEqualTo(agent());
    StringBuilder pieces = new StringBuilder();
    events.forEach(event -> pieces.append(event.text("delta")));
    assertThat(end.text("text")).contains(pieces.toString().strip());
  }

  public void everyDeviceAndAnEventStreamReadTheSame() {
    String thread = thread();
    WsClient phone = connect();
    phone.readAll(thread);
    StreamClient stream = closing(StreamClient.open(address(), token(), thread, "?after=0"));
    WsClient desk = connect();
    String run = start(desk, thread, HELLO);
    desk.awaitEnd(run);
    phone.awaitEnd(run);
    stream.awaitEnd(run);
    assertThat(phone.thread(thread).canonical()).isEqualTo(desk.thread(thread).canonical());
    assertThat(stream.thread(thread).canonical()).isEqualTo(desk.thread(thread).canonical());
  }

  @Test(groups = "builtin")
  public void toolsAreSeenAtWork() {
    String thread = thread();
    WsClient client = connect();
    String run = start(client, thread, "what is 6*7?");
    assertThat(client.awaitEnd(run).text("text")).contains("42");
    List<String> types =
        client.thread(thread).eventsOf(run).stream().map(Received::type).distinct().toList();
    assertThat(types)
        .containsSubsequence("agent_started", "agent_thinking", "tool_executing", "tool_completed")
        .endsWith("agent_completed");
  }

  @Test(groups = "builtin")
  public void aRunIsCancelledFromAnotherDevice() {
    String thread = thread();
    WsClient phone = connect();
    String run = start(phone, thread, "wait 30 seconds");
    phone.await("tool_executing", thread);
    ask(connect(), Commands.cancelRun(WsClient.newId(), run));
    assertThat(phone.awaitEnd(run).text("by")).isEqualTo("user");
  }

  @Test(groups = "builtin")
  public void aThreadWithAnOpenRunIsBusyForAnotherButNotForChat() {
    String thread = thread();
    WsClient client = connect();
    String run = start(client, thread, "wait 30 seconds");
    Received refused = ask(client, Commands.startAgent(WsClient.newId(), thread, agent(), HELLO));
    assertThat(refused.text("code")).isEqualTo("thread_busy");
    chat(client, thread, "meanwhile");
    ask(client, Commands.cancelRun(WsClient.newId(), run));
    client.awaitEnd(run);
  }
}
