package dev.parley.gateway.user.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.ScriptedAgent;
import dev.parley.gateway.user.UserRig;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** An agent that waits until its event is stored. */
@Test(groups = "unit")
public class SyncedEventsTest {

  private static final RawJson ARGUMENTS = RawJson.of("{}");

  private UserRig rig;
  private Peer ada;
  private ScriptedAgent.Job job;

  @BeforeMethod(alwaysRun = true)
  public void start() {
    use(new UserRig());
  }

  private void use(UserRig given) {
    rig = given;
    ada = rig.connect();
    ada.start("c", "t");
    job = rig.agent.job();
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    rig.close();
  }

  private CompletableFuture<Void> tool(String call) {
    return synced(new AgentEvent.ToolStarted(call, "look", ARGUMENTS));
  }

  private CompletableFuture<Void> synced(AgentEvent event) {
    CompletableFuture<Void> stage = job.sink.emitSynced(event).toCompletableFuture();
    rig.settle();
    return stage;
  }

  private static void assertStored(CompletableFuture<Void> stage) {
    assertThat(stage).isCompleted();
  }

  private static void assertRefused(CompletableFuture<Void> stage) {
    assertThat(stage).isCancelled();
  }

  public void itIsStoredWhenItsCommitIs() {
    rig.log.commit.holdAnswers();
    CompletableFuture<Void> stage = tool("k1");
    assertThat(stage).isNotDone();
    assertThat(job.say("more")).isDone();
    rig.log.commit.release();
    rig.settle();
    assertStored(stage);
    assertThat(ada.seen.all("tool_executing")).hasSize(1);
  }

  public void itWaitsForItsOwnCommitNotForTheOneBefore() {
    rig.log.commit.holdCalls();
    job.say("first");
    rig.settle();
    CompletableFuture<Void> stage = tool("k1");
    rig.log.commit.release();
    rig.log.commit.holdCalls();
    rig.settle();
    assertThat(ada.seen.all("agent_message")).hasSize(1);
    assertThat(stage).isNotDone();
    rig.log.commit.release();
    rig.settle();
    assertStored(stage);
  }

  public void itCompletesOnTheCallbackThreads() {
    CompletableFuture<Boolean> inPool = new CompletableFuture<>();
    var ignored =
        job.sink
            .emitSynced(AgentEvent.Thinking.start())
            .thenRun(() -> inPool.complete(rig.inPool()));
    rig.settle();
    assertThat(inPool).isCompletedWithValue(true);
  }

  public void anEmptyTextIsStoredWithWhatCameBefore() {
    job.say("text");
    rig.settle();
    assertStored(synced(new AgentEvent.Message("")));
  }

  public void theEndOfARunIsStoredToo() {
    assertStored(synced(AgentEvent.Completed.stop()));
    assertThat(ada.seen.all("agent_completed")).hasSize(1);
  }

  public void afterTheEndNothingIsStored() {
    job.complete();
    assertRefused(tool("k1"));
    rig.settle();
    assertRefused(tool("k2"));
  }

  public void aCancelledRunStoresNothing() {
    ada.cancelRun("stop", ada.runOf("c"));
    assertRefused(tool("k1"));
  }

  public void aRunThatIsCancelledWhileTheAgentWaitsRefuses() {
    rig.log.commit.holdAnswers();
    CompletableFuture<Void> stage = tool("k1");
    ada.cancelRun("stop", ada.runOf("c"));
    assertRefused(stage);
    rig.log.commit.release();
  }

  public void aRunThatEndsWhileTheAgentWaitsRefuses() {
    rig.log.commit.holdAnswers();
    CompletableFuture<Void> stage = tool("k1");
    CompletableFuture<Void> end = synced(AgentEvent.Completed.stop());
    assertRefused(stage);
    assertThat(end).isNotDone();
    rig.log.commit.release();
    rig.settle();
    assertStored(end);
  }

  public void aLostLogRefuses() {
    rig.log.commit.fail();
    assertRefused(tool("k1"));
  }

  public void aFullLogKeepsItWaiting() {
    rig.log.full = true;
    CompletableFuture<Void> stage = tool("k1");
    rig.pass(Duration.ofMillis(250));
    assertThat(stage).isNotDone();
    rig.log.full = false;
    rig.pass(Duration.ofMillis(250));
    assertStored(stage);
  }

  public void aCallThatWasMadeBeforeIsRefused() {
    assertStored(tool("k1"));
    assertRefused(tool("k1"));
  }

  public void anUnusableValueEndsTheRunAndIsRefused() {
    assertRefused(synced(new AgentEvent.ToolStarted("k1", "look", RawJson.of("{"))));
    assertThat(ada.seen.all("agent_failed")).hasSize(1);
  }

  public void aUserWithoutRoomIsRefused() {
    rig.close();
    use(UserRig.withLimits(Map.of("tiers.enterprise.stored_bytes", "100KiB")));
    assertStored(synced(new AgentEvent.Message("x".repeat(20_000))));
    assertRefused(synced(new AgentEvent.Message("x".repeat(100_000))));
    assertThat(ada.seen.last("agent_failed").path("code").asText()).isEqualTo("quota_exceeded");
  }

  public void whoWaitsForTheLogIsNotSilent() {
    rig.log.commit.holdAnswers();
    CompletableFuture<Void> stage = synced(new AgentEvent.Message("x"));
    rig.pass(UserRig.IDLE.multipliedBy(3));
    rig.log.commit.release();
    rig.settle();
    assertStored(stage);
    assertThat(ada.seen.all("agent_failed")).isEmpty();
  }

  public void aSilentToolOfTenMinutesEndsNothing() {
    tool("k1");
    rig.pass(Duration.ofMinutes(10));
    assertThat(ada.seen.all("agent_failed")).isEmpty();
    job.emit(AgentEvent.ToolEnded.ok("k1", ARGUMENTS));
    rig.pass(UserRig.IDLE.minusMillis(1));
    assertThat(ada.seen.all("agent_failed")).isEmpty();
    rig.pass(Duration.ofMillis(1));
    assertThat(ada.seen.last("agent_failed").path("code").asText()).isEqualTo("upstream_timeout");
  }

  public void aSilentToolIsEndedWithTheWholeRun() {
    tool("k1");
    rig.pass(UserRig.WHOLE);
    assertThat(ada.seen.last("agent_failed").path("code").asText()).isEqualTo("run_timeout");
    assertThat(ada.seen.last("tool_completed").path("status").asText()).isEqualTo("unknown");
  }

  public void anAgentThatSaysThatItIsAliveGoesOn() {
    for (int minute = 0; minute < 10; minute++) {
      rig.pass(Duration.ofMinutes(1));
      job.sink.alive();
    }
    assertThat(ada.seen.all("agent_failed")).isEmpty();
    rig.pass(UserRig.IDLE);
    assertThat(ada.seen.last("agent_failed").path("code").asText()).isEqualTo("upstream_timeout");
  }
}
