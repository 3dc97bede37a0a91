package dev.parley.gateway.user.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.Resumption;
import dev.parley.gateway.protocol.Finish;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.WhenBusy;
import dev.parley.gateway.user.ScriptedAgent;
import dev.parley.gateway.user.UserRig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.testng.annotations.Test;

/** Runs that are not resumed yet, and runs of a process that ends. */
@Test(groups = "unit")
public class ResumeWaitTest extends ResumeRig {

  public void aRunThatIsNotResumedYetIsOpen() {
    ada.start("c", "t");
    emit(ONE, text("x"));
    RunId run = rig.agent.job().request.run();
    beginNext();
    rig.log.read.holdCalls();
    resumeRuns();
    rig.home.runAll();
    rig.settle();
    assertThat(rig.agent.jobs()).isEmpty();
    ada = rig.connect();
    JsonNode open = ada.seen.last("welcome").path("open_runs");
    assertThat(open).hasSize(1);
    assertThat(open.get(0).path("run_id").asText()).isEqualTo(run.value());
    ada.queue("c2", "t");
    ada.cancelRun("x", run.value());
    rig.settle();
    assertThat(ada.answerTo("x").path("state").asText()).isEqualTo("cancelling");
    rig.log.read.release();
    rig.settle();
    rig.agent.jobs().get(0).left.complete(null);
    rig.settle();
    rig.agent.job().complete();
    rig.settle();
    List<JsonNode> events = events("t");
    assertThat(events.stream().map(event -> event.path("type").asText()))
        .contains("agent_cancelled", "agent_completed");
    RunJudge.of(events).requireEnded();
  }

  public void aMessageThatReplacesCancelsARunThatIsNotResumedYet() {
    ada.start("c", "t");
    beginNext();
    rig.log.read.holdCalls();
    resumeRuns();
    rig.settle();
    ada = rig.connect();
    ada.start("c2", "t", WhenBusy.REPLACE);
    rig.log.read.release();
    rig.settle();
    rig.agent.jobs().get(0).left.complete(null);
    rig.settle();
    assertThat(rig.agent.jobs()).hasSize(2);
    assertThat(events("t").toString()).contains("\"by\":\"replaced\"");
  }

  public void aMessageThatReplacesCancelsARunWhoseThreadIsNotLoadedYet() {
    ada.start("c", "t");
    beginNext();
    rig.log.head.fail();
    resumeRuns();
    rig.settle();
    rig.log.head.release();
    ada = rig.connect();
    ada.start("c2", "t", WhenBusy.REPLACE);
    rig.settle();
    rig.pass(Duration.ofSeconds(1));
    assertThat(rig.agent.jobs().get(0).request.cancellation().isCancelled()).isTrue();
    rig.agent.jobs().get(0).left.complete(null);
    rig.settle();
    assertThat(rig.agent.jobs()).hasSize(2);
    assertThat(events("t").toString()).contains("\"by\":\"replaced\"");
  }

  public void aReadThatFailsIsTriedAgain() {
    ada.start("c", "t");
    emit(ONE, text("x"));
    beginNext();
    rig.log.read.fail();
    resumeRuns();
    rig.settle();
    assertThat(rig.agent.jobs()).isEmpty();
    rig.log.read.release();
    rig.pass(Duration.ofSeconds(2));
    assertThat(rig.agent.jobs()).hasSize(1);
  }

  public void aReadThatKeepsFailingIsTriedLessOften() {
    ada.start("c", "t");
    emit(ONE, text("x"));
    beginNext();
    rig.log.read.fail();
    resumeRuns();
    rig.pass(Duration.ofMinutes(10));
    // The first, after six waits that double, and then one each 45 to 60 s.
    assertThat(rig.log.read.failed()).isBetween(15, 19);
    assertThat(rig.agent.jobs()).isEmpty();
    rig.log.read.release();
    rig.pass(Duration.ofMinutes(1));
    assertThat(rig.agent.job().request.resumption()).isEqualTo(new Resumption(ONE));
  }

  public void aThreadThatKeepsFailingToLoadIsTriedLessOften() {
    ada.start("c", "t");
    beginNext();
    rig.log.head.fail();
    resumeRuns();
    rig.pass(Duration.ofMinutes(10));
    assertThat(rig.log.head.failed()).isBetween(15, 19);
    rig.log.head.release();
    rig.pass(Duration.ofMinutes(1));
    assertThat(rig.agent.jobs()).hasSize(1);
  }

  public void aFewAreResumedAtOnce() {
    rig = UserRig.withLimits(Map.of("limits.burst", "1000", "tiers.enterprise.open_runs", "100"));
    rig.agent.isResumable = true;
    ada = rig.connect();
    for (int i = 0; i < 30; i++) {
      ada.start("c" + i, "t" + i);
      emit(ONE, text("x"));
    }
    assertThat(rig.agent.jobs()).hasSize(30);
    beginNext();
    rig.log.read.holdCalls();
    resumeRuns();
    rig.settle();
    assertThat(rig.log.read.held()).isEqualTo(8);
    assertThat(rig.connect().seen.last("welcome").path("open_runs")).hasSize(8);
    assertThat(rig.agent.jobs()).isEmpty();
    rig.log.read.release();
    rig.settle();
    assertThat(rig.agent.jobs()).hasSize(30);
  }

  public void aToolThatWasOpenMayBeSilentForTenMinutes() {
    ada.start("c", "t");
    emit(ONE, new AgentEvent.ToolStarted("k", "look", RawJson.of("{}")));
    restart();
    rig.pass(Duration.ofMinutes(10));
    assertThat(events("t").toString()).doesNotContain("agent_failed", "tool_completed");
    emit(TWO, AgentEvent.ToolEnded.ok("k", RawJson.of("7")));
    rig.pass(UserRig.IDLE.minusSeconds(1));
    assertThat(events("t").toString()).contains("tool_completed").doesNotContain("agent_failed");
    rig.pass(Duration.ofSeconds(2));
    assertThat(events("t").toString()).contains("upstream_timeout");
  }

  public void theTimeOfARunCountsFromItsOwnBeginning() {
    ada.start("c", "t");
    emit(ONE, text("x"));
    beginNext();
    rig.home.standStill(UserRig.WHOLE.minusMinutes(1));
    resumeRuns();
    rig.settle();
    for (int minute = 0; minute < 2; minute++) {
      rig.agent.job().sink.alive();
      rig.pass(Duration.ofMinutes(1));
    }
    assertThat(events("t").toString()).contains("run_timeout");
  }

  // -- when the process ends

  public void anEndOfTheProcessLeavesTheRunToTheNext() {
    ada.start("c", "t");
    RunId run = rig.agent.job().request.run();
    emit(ONE, text("one "));
    ScriptedAgent.Job job = rig.agent.job();
    rig.log.commit.holdCalls();
    var ignored = job.sink.emitAll(List.of(text("two ")), TWO);
    rig.home.runAll();
    var drained = rig.contexts.drain(UserRig.AT_ONCE).toCompletableFuture();
    rig.home.runAll();
    assertThat(drained).isNotDone();
    rig.log.commit.release();
    rig.settle();
    assertThat(drained).isCompleted();
    assertThat(job.request.cancellation().isCancelled()).isTrue();
    assertThat(job.request.cancellation().isDetached()).isTrue();
    job.left.complete(null);
    emit(RawJson.of("3"), text("late"));
    resumed();
    assertThat(rig.agent.job().request.run()).isEqualTo(run);
    assertThat(rig.agent.job().request.resumption()).isEqualTo(new Resumption(TWO));
    emit(RawJson.of("3"), text("three"), new AgentEvent.Completed(Finish.STOP, null, null));
    List<JsonNode> events = events("t");
    assertThat(joined(events)).isEqualTo("one two three");
    assertThat(events.toString()).doesNotContain("agent_cancelled", "agent_failed");
  }

  public void otherRunsAreCancelledAtTheEndOfTheProcess() {
    rig.agent.isResumable = false;
    ada.start("c", "t");
    var drained = rig.contexts.drain(UserRig.AT_ONCE).toCompletableFuture();
    rig.pass(Duration.ofMillis(1));
    rig.agent.job().left.complete(null);
    rig.settle();
    assertThat(drained).isCompleted();
    assertThat(rig.agent.job().request.cancellation().isDetached()).isFalse();
    assertThat(events("t").toString()).contains("agent_cancelled");
  }

  public void aProcessThatEndsBeforeItHasResumedLeavesTheRun() {
    ada.start("c", "t");
    emit(ONE, text("x"));
    beginNext();
    rig.log.read.holdCalls();
    resumeRuns();
    rig.settle();
    var drained = rig.contexts.drain(UserRig.AT_ONCE).toCompletableFuture();
    rig.settle();
    assertThat(drained).isCompleted();
    rig.log.read.release();
    rig.settle();
    assertThat(rig.agent.jobs()).isEmpty();
    resumed();
    assertThat(rig.agent.jobs()).hasSize(1);
  }
}
