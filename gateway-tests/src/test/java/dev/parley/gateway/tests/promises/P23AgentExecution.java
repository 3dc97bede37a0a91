package dev.parley.gateway.tests.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.report.BusinessValue;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.util.Map;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

@BusinessValue(
    segment = "everyone",
    goal = "Retention",
    valueImpact = "A person who asks on the phone can read the answer on the desktop",
    strategicImpact = "Long work belongs to the person, not to a connection")
@Test(groups = {"chat_events", "startup"})
public class P23AgentExecution extends GatewayTest {
  private final BackEnd backEnd;

  @Factory(dataProvider = "backEnds", dataProviderClass = BackEnds.class)
  public P23AgentExecution(BackEnd backEnd) {
    this.backEnd = backEnd;
  }

  @Override
  protected Map<String, String> settings() {
    return keeping(backEnd).start("10ms", Map.of());
  }

  public void aUserWhoLeavesDuringARunReadsItsEndOnAnotherDevice() {
    WsClient phone = connect(ada);
    String run = phone.say("t1", "what is 6*7? count slowly to 40").runId();
    phone.await("tool_completed");
    phone.cut();
    WsClient desk = connect(ada);
    assertThat(desk.received().get(0).payload().path("open_runs").path(0).path("run_id").asText())
        .isEqualTo(run);
    desk.readAll("t1");
    Received end = desk.awaitEnd(run);
    assertThat(end.text("text")).contains("42").contains("40.");
    assertThat(desk.thread("t1").eventsOf(run).get(0).type()).isEqualTo("agent_started");
  }

  public void aQueuedMessageRunsWithNobodyConnected() {
    WsClient phone = connect(ada);
    phone.say("t1", "count slowly to 30");
    phone.ask(Commands.queue("c2", "t1", "what is 6*8?"));
    phone.cut();
    WsClient desk = connect(ada);
    desk.readAll("t1");
    desk.awaitWhere("the second end", f -> f.isTerminal() && f.text("text").contains("48"));
    assertThat(desk.thread("t1").openRuns()).isZero();
  }

  public void aRunIsCancelledFromAnotherDevice() {
    WsClient phone = connect(ada);
    String run = phone.say("t1", "wait 30 seconds").runId();
    phone.await("tool_executing");
    connect(ada).ask(Commands.cancelRun("x1", run));
    assertThat(phone.awaitEnd(run).text("by")).isEqualTo("user");
    assertThat(phone.await("tool_completed").text("status")).isEqualTo("aborted");
  }
}
