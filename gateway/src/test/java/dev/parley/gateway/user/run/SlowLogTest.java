package dev.parley.gateway.user.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.Agents;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.UserRig;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** An agent that is faster than the log. */
@Test(groups = "unit")
public class SlowLogTest {

  private static final String MUCH = "x".repeat((int) RunSink.WAIT_ABOVE);

  private UserRig rig;
  private Peer ada;

  @BeforeMethod(alwaysRun = true)
  public void start() {
    rig = new UserRig();
    ada = rig.connect();
    ada.start("c", "t");
    rig.log.commit.holdAnswers();
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    rig.close();
  }

  private CompletableFuture<Void> say(String text) {
    CompletableFuture<Void> room = rig.agent.job().say(text).toCompletableFuture();
    rig.settle();
    return room;
  }

  public void anAgentIsToldToWaitUntilTheLogHasCaughtUp() {
    CompletableFuture<Void> room = say(MUCH);
    assertThat(room).isNotDone();
    rig.log.commit.release();
    rig.settle();
    assertThat(room).isDone();
  }

  public void anAgentThatWaitsIsFreedWhenItsRunIsOver() {
    CompletableFuture<Void> room = say(MUCH);
    ada.cancelRun("stop", ada.runOf("c"));
    rig.log.commit.release();
    rig.pass(Duration.ofSeconds(5));
    assertThat(room).isDone();
  }

  public void anAgentThatWaitsIsFreedWhenItsRunHasLostItsLog() {
    rig.log.commit.holdCalls();
    var ignored = say("under way");
    CompletableFuture<Void> room = say(MUCH);
    new Recovery(rig.log.behind(), new Agents(Map.of()), ToldEnds.NONE, Clock.systemUTC())
        .endOpenRuns();
    rig.log.commit.release();
    rig.settle();
    assertThat(room).isDone();
    assertThat(rig.metrics.count("parley_runs_ended_total", "state", "lost")).isEqualTo(1);
  }

  public void theTimeInWhichItWaitsIsNotItsSilence() {
    CompletableFuture<Void> room = rig.agent.job().say(MUCH).toCompletableFuture();
    // Not at a moment at which it is looked at anyway.
    rig.pass(UserRig.IDLE.multipliedBy(3).plusSeconds(30));
    assertThat(room).isNotDone();
    rig.log.commit.release();
    rig.pass(UserRig.IDLE.minusMillis(1));
    assertThat(room).isDone();
    assertThat(ada.seen.all("agent_failed")).isEmpty();
    rig.pass(Duration.ofMillis(1));
    assertThat(ada.seen.last("agent_failed").path("code").asText()).isEqualTo("upstream_timeout");
  }

  public void anAgentWhoseRunFailsHearsOfItBeforeTheLogHasTheEnd() {
    var ignored = rig.agent.job().emit(new AgentEvent.Custom("junk", RawJson.of("[")));
    rig.settle();
    assertThat(ada.seen.all("agent_failed")).isEmpty();
    assertThat(rig.agent.job().request.cancellation().isCancelled()).isTrue();
  }

  public void aRunThatLosesItsLogWhileItIsCancelledLeavesNoTimers() {
    int withTheTwoOfTheRun = rig.home.alarms();
    rig.log.commit.holdCalls();
    var ignored = say("under way");
    ada.cancelRun("stop", ada.runOf("c"));
    new Recovery(rig.log.behind(), new Agents(Map.of()), ToldEnds.NONE, Clock.systemUTC())
        .endOpenRuns();
    rig.log.commit.release();
    rig.settle();
    assertThat(rig.home.alarms()).isEqualTo(withTheTwoOfTheRun - 2);
  }

  public void theWholeRunIsBoundedAllTheSame() {
    var ignored = rig.agent.job().say(MUCH);
    rig.pass(UserRig.WHOLE);
    rig.log.commit.release();
    rig.settle();
    assertThat(ada.seen.last("agent_failed").path("code").asText()).isEqualTo("run_timeout");
  }

  public void anEndThatTheLogIsSlowToTakeStays() {
    rig.agent.job().complete();
    rig.pass(UserRig.WHOLE);
    rig.log.commit.release();
    rig.settle();
    assertThat(ada.seen.all("agent_completed")).hasSize(1);
    assertThat(ada.seen.all("agent_failed")).isEmpty();
  }
}
