package dev.parley.gateway.user.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.Resumption;
import dev.parley.gateway.log.Commit;
import dev.parley.gateway.log.RunChange;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.user.ScriptedAgent;
import dev.parley.gateway.user.UserRig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Runs whose agent resumes them in the next process. */
@Test(groups = "unit")
public class ResumeTest extends ResumeRig {

  public void theSameRunGoesOnWhereItsCheckpointIs() {
    ada.start("c", "t");
    RunId id = rig.agent.job().request.run();
    emit(ONE, text("one "));
    emit(TWO, text("two "), new AgentEvent.ToolStarted("k", "look", RawJson.of("{}")));
    resumed();
    ScriptedAgent.Job job = rig.agent.job();
    assertThat(job.request.run()).isEqualTo(id);
    assertThat(job.request.resumption()).isEqualTo(new Resumption(TWO));
    emit(RawJson.of("3"), AgentEvent.ToolEnded.ok("k", RawJson.of("7")), text("three"));
    job.complete();
    rig.settle();
    List<JsonNode> events = events("t");
    RunJudge.of(events).requireEnded();
    assertThat(joined(events)).isEqualTo("one two three");
    JsonNode end = events.get(events.size() - 1).path("payload");
    assertThat(end.path("text").asText()).isEqualTo("one two three");
    assertThat(events.toString()).doesNotContain("gateway_restarted", "\"at\"");
  }

  public void theRequestIsThatOfTheBeginning() {
    ada.chat("before", "t", "earlier");
    ada.start("c", "t");
    rig.settle();
    var first = rig.agent.job().request;
    History before = history();
    emit(ONE, text("said"));
    resumed();
    var resumed = rig.agent.job().request;
    assertThat(resumed.input()).isEqualTo(first.input());
    assertThat(resumed.context()).isEqualTo(first.context());
    assertThat(resumed.traceparent()).isEqualTo(first.traceparent());
    assertThat(resumed.conversation()).isEqualTo(first.conversation());
    assertThat(history()).isEqualTo(before);
    assertThat(before.items()).hasSize(1);
  }

  private History history() {
    var read = rig.agent.job().request.history().read(1 << 16).toCompletableFuture();
    rig.settle();
    return read.join();
  }

  public void aRunWithoutACheckpointIsResumedFromItsBeginning() {
    ada.start("c", "t");
    resumed();
    assertThat(rig.agent.job().request.resumption()).isEqualTo(new Resumption(null));
  }

  public void aCheckpointNeedsNoEvents() {
    ada.start("c", "t");
    emit(ONE);
    resumed();
    assertThat(rig.agent.job().request.resumption()).isEqualTo(new Resumption(ONE));
    assertThat(events("t")).hasSize(2);
  }

  public void theCheckpointIsInTheCommitOfItsEvents() {
    ada.start("c", "t");
    rig.log.commit.holdCalls();
    emit(ONE, text("one "));
    emit(TWO, text("two "), text("too "));
    emit(RawJson.of("3"), text("three"));
    rig.log.commit.release();
    rig.settle();
    List<Commit> commits = rig.log.commits.subList(1, rig.log.commits.size());
    assertThat(commits).hasSize(2);
    assertThat(commits.get(0).events()).hasSize(1);
    assertThat(saved(commits.get(0))).contains("{\"at\":1}");
    assertThat(commits.get(1).events()).hasSize(1);
    assertThat(new String(commits.get(1).events().get(0).body(), StandardCharsets.UTF_8))
        .contains("two too three");
    assertThat(saved(commits.get(1))).contains(":3}");
  }

  private static String saved(Commit commit) {
    return ((RunChange.Checkpointed) commit.run()).checkpoint().toString();
  }

  /** The next process, whose agents have no thread. */
  private Executor restartWithoutRoom() {
    ada.start("c", "t");
    emit(ONE, text("x"));
    beginNext();
    Executor room = rig.workers;
    rig.workers =
        work -> {
          throw new RejectedExecutionException("full");
        };
    resumeRuns();
    rig.settle();
    assertThat(rig.agent.jobs()).isEmpty();
    return room;
  }

  public void aResumedRunWaitsForRoom() {
    Executor room = restartWithoutRoom();
    rig.pass(Duration.ofSeconds(10));
    rig.workers = room;
    rig.pass(Duration.ofSeconds(1));
    assertThat(rig.agent.job().request.resumption()).isEqualTo(new Resumption(ONE));
    rig.agent.job().complete();
    rig.settle();
    List<JsonNode> events = events("t");
    RunJudge.of(events).requireEnded();
    assertThat(events.toString()).contains("agent_completed").doesNotContain("overloaded");
  }

  public void aResumedRunWithoutRoomCanBeCancelled() {
    restartWithoutRoom();
    ada = rig.connect();
    JsonNode open = ada.seen.last("welcome").path("open_runs").get(0);
    ada.cancelRun("x", open.path("run_id").asText());
    rig.pass(Duration.ofSeconds(6));
    assertThat(rig.agent.jobs()).isEmpty();
    assertThat(events("t").toString()).contains("\"upstream_confirmed\":false");
  }

  public void aResumedRunWithoutRoomIsDetached() {
    Executor room = restartWithoutRoom();
    var drained = rig.contexts.drain(UserRig.AT_ONCE).toCompletableFuture();
    rig.settle();
    assertThat(drained).isCompleted();
    rig.workers = room;
    rig.pass(Duration.ofSeconds(1));
    assertThat(rig.agent.jobs()).isEmpty();
    resumed();
    assertThat(rig.agent.job().request.resumption()).isEqualTo(new Resumption(ONE));
  }

  public void halfACharacterIsNotLost() {
    ada.start("c", "t");
    emit(ONE, text("a\uD83D"));
    resumed();
    emit(TWO, text("\uDE00b"));
    rig.agent.job().complete();
    rig.settle();
    assertThat(joined(events("t"))).isEqualTo("a\uD83D\uDE00b");
  }

  public void aQueuedMessageGetsARunThatIsResumable() {
    ada.start("c1", "t");
    ada.queue("c2", "t");
    rig.agent.job().complete();
    rig.settle();
    RawJson asked = rig.agent.job().request.input();
    resumed();
    assertThat(rig.agent.jobs()).hasSize(1);
    assertThat(rig.agent.job().request.input()).isEqualTo(asked);
  }

  public void whatWasSavedGoesWithTheEnd() {
    ada.start("c", "t");
    RunId run = rig.agent.job().request.run();
    emit(ONE, text("x"));
    assertThat(saved(run)).isTrue();
    rig.agent.job().complete();
    rig.settle();
    assertThat(saved(run)).isFalse();
  }

  private boolean saved(RunId run) {
    return rig.log
        .saved(ada.reader.principal().user(), run)
        .toCompletableFuture()
        .join()
        .isPresent();
  }

  @DataProvider
  public Object[][] unusableCheckpoints() {
    return new Object[][] {
      {true, RawJson.of('"' + "x".repeat(64 * 1024) + '"'), "at most 65536"},
      {false, ONE, "an agent that is resumable"},
    };
  }

  @Test(dataProvider = "unusableCheckpoints")
  public void anUnusableCheckpointFailsTheRun(boolean isResumable, RawJson given, String reason) {
    rig.agent.isResumable = isResumable;
    ada.start("c", "t");
    emit(given, text("x"));
    JsonNode failed = ada.seen.last("agent_failed");
    assertThat(failed.path("code").asText()).isEqualTo("agent_error");
    assertThat(failed.path("message").asText()).contains("checkpoint", reason);
    assertThat(failed.path("partial_text").asText()).isEqualTo("x");
  }

  public void anAgentThatIsNotResumableAnyMoreEndsTheRun() {
    ada.start("c", "t");
    emit(ONE, text("x"));
    rig = new UserRig(rig.log, 1000);
    resumeRuns();
    rig.settle();
    assertThat(rig.agent.jobs()).isEmpty();
    assertThat(events("t").toString()).contains("gateway_restarted");
  }
}
