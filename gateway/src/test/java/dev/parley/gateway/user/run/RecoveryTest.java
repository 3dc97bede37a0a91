package dev.parley.gateway.user.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.Agents;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.WhenBusy;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.UserRig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** What becomes of runs that the last process left open. */
@Test(groups = "unit")
public class RecoveryTest {

  private UserRig rig;
  private Peer ada;
  private Recovery recovery;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    rig = new UserRig();
    ada = rig.connect();
    Instant later = rig.home.now().plus(Duration.ofSeconds(7));
    recovery =
        new Recovery(
            rig.log, new Agents(Map.of()), ToldEnds.NONE, Clock.fixed(later, ZoneOffset.UTC));
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    rig.close();
  }

  private UserRig nextProcess() {
    return new UserRig(rig.log);
  }

  public void endsARunThatSaidNothing() {
    ada.start("c", "t");
    recovery.endOpenRuns();
    try (UserRig next = nextProcess()) {
      Peer reader = next.connect();
      reader.subscribe("t", 0);
      JsonNode failed = reader.seen.last("agent_failed");
      assertThat(failed.path("code").asText()).isEqualTo("gateway_restarted");
      assertThat(failed.path("retryable").asBoolean()).isTrue();
      assertThat(failed.has("partial_text")).isFalse();
      RunJudge.of(reader.seen.events("t")).requireEnded();
    }
  }

  public void keepsWhatWasSaidAndClosesOpenToolsInOneCommit() {
    ada.start("c", "t");
    rig.agent.job().say("so far ");
    rig.agent.job().emit(new AgentEvent.ToolStarted("k1", "a", RawJson.of("{}")));
    rig.agent.job().emit(new AgentEvent.ToolStarted("k2", "b", RawJson.of("{}")));
    rig.agent.job().emit(AgentEvent.ToolEnded.ok("k1", RawJson.of("1")));
    rig.settle();
    recovery.endOpenRuns();
    assertThat(rig.log.commits.get(rig.log.commits.size() - 1).events()).hasSize(2);
    try (UserRig next = nextProcess()) {
      Peer reader = next.connect();
      reader.subscribe("t", 0);
      assertThat(reader.seen.last("agent_failed").path("partial_text").asText())
          .isEqualTo("so far ");
      JsonNode tool = reader.seen.last("tool_completed");
      assertThat(tool.path("status").asText()).isEqualTo("unknown");
      assertThat(tool.path("tool_name").asText()).isEqualTo("b");
      assertThat(tool.path("duration_ms").asLong()).isEqualTo(7000);
    }
  }

  public void whatAnEarlierRunSaidIsNoPartOfIt() {
    ada.start("c1", "t");
    rig.agent.job().say("earlier");
    rig.agent.job().complete();
    rig.settle();
    ada.start("c2", "t");
    rig.agent.job().say("now");
    rig.settle();
    recovery.endOpenRuns();
    try (UserRig next = nextProcess()) {
      Peer reader = next.connect();
      reader.subscribe("t", 0);
      assertThat(reader.seen.last("agent_failed").path("partial_text").asText()).isEqualTo("now");
    }
  }

  public void readsARunOfManyPages() {
    ada.start("c", "t");
    for (int i = 0; i < 40; i++) {
      rig.agent.job().say("x".repeat(20_000));
      rig.settle();
    }
    recovery.endOpenRuns();
    try (UserRig next = nextProcess()) {
      Peer reader = next.connect();
      reader.subscribe("t", 0);
      assertThat(reader.seen.last("agent_failed").path("partial_text").asText()).hasSize(800_000);
      RunJudge.of(reader.seen.events("t")).requireEnded();
    }
  }

  public void endsEveryOpenRunOnceAndLeavesTheOthers() {
    ada.start("c1", "t1");
    ada.start("c2", "t2");
    rig.agent.job().complete();
    rig.settle();
    rig.connect("eve", "mid").start("c1", "t1");
    assertThat(recovery.endOpenRuns().ended()).isEqualTo(2);
    assertThat(recovery.endOpenRuns().ended()).isZero();
  }

  public void aThreadIsIdleAgainAfterwards() {
    ada.start("c1", "t");
    recovery.endOpenRuns();
    try (UserRig next = nextProcess()) {
      Peer reader = next.connect();
      assertThat(reader.seen.last("welcome").path("open_runs")).isEmpty();
      reader.start("c2", "t");
      assertThat(reader.answerTo("c2").path("seq").asLong()).isEqualTo(4);
      reader.start("c1", "t");
      assertThat(reader.answerTo("c1").path("duplicate").asBoolean()).isTrue();
    }
  }

  public void queuedMessagesGetTheirRunsInTheNextProcess() {
    ada.start("c1", "t");
    ada.queue("c2", "t");
    ada.queue("c3", "t");
    recovery.endOpenRuns();
    try (UserRig next = nextProcess()) {
      var resumed = next.contexts.resume(rig.log.threadsWithQueue().toCompletableFuture().join());
      next.settle();
      assertThat(resumed.toCompletableFuture()).isCompleted();
      assertThat(next.agent.jobs()).hasSize(1);
      next.agent.job().complete();
      next.settle();
      next.agent.job().complete();
      next.settle();
      Peer reader = next.connect();
      reader.subscribe("t", 0);
      assertThat(reader.seen.all("agent_completed")).hasSize(2);
      RunJudge.of(reader.seen.events("t")).requireEnded();
    }
  }

  public void toLookUpAThreadStartsNoQueuedRun() {
    ada.start("c1", "t");
    ada.queue("c2", "t");
    recovery.endOpenRuns();
    try (UserRig next = nextProcess()) {
      next.connect().subscribe("t", 0);
      assertThat(next.agent.jobs()).isEmpty();
    }
  }

  public void aThreadThatTheLogDoesNotTellOfIsTriedAgain() {
    ada.start("c1", "t");
    ada.queue("c2", "t");
    recovery.endOpenRuns();
    try (UserRig next = nextProcess()) {
      next.log.head.fail();
      var resumed = next.contexts.resume(rig.log.threadsWithQueue().toCompletableFuture().join());
      next.settle();
      assertThat(resumed.toCompletableFuture()).isCompleted();
      next.log.head.release();
      next.pass(Duration.ofSeconds(1));
      assertThat(next.agent.jobs()).hasSize(1);
    }
  }

  public void aMessageWhoseAgentIsGoneGetsItsEnd() {
    UserRig last = new UserRig(Map.of("gone", rig.agent));
    try (last) {
      Peer eve = last.connect();
      eve.start("c1", "t");
      eve.start("c2", "t", WhenBusy.QUEUE, "gone");
      new Recovery(last.log, new Agents(Map.of()), ToldEnds.NONE, Clock.systemUTC()).endOpenRuns();
      try (UserRig next = new UserRig(last.log)) {
        var ignored =
            next.contexts.resume(last.log.threadsWithQueue().toCompletableFuture().join());
        next.settle();
        Peer reader = next.connect();
        reader.subscribe("t", 0);
        JsonNode end = reader.seen.last("agent_failed");
        assertThat(end.path("code").asText()).isEqualTo("agent_error");
        assertThat(end.path("message").asText()).contains("gone");
        RunJudge.of(reader.seen.events("t")).requireEnded();
      }
    }
  }

  public void whatTheLastProcessStillSaysIsNotKept() {
    ada.start("c", "t");
    recovery.endOpenRuns();
    rig.agent.job().say("a ghost");
    rig.settle();
    assertThat(rig.metrics.count("parley_runs_ended_total", "state", "lost")).isEqualTo(1);
    assertThat(rig.agent.job().request.cancellation().isCancelled()).isTrue();
  }
}
