package dev.parley.gateway.user.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.AgentSink;
import dev.parley.gateway.log.Commit;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.Title;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.ScriptedAgent;
import dev.parley.gateway.user.UserRig;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** A run between its agent and the log. */
@Test(groups = "unit")
public class RunTest {

  private static final class Throwing implements Agent {
    @Override
    public String description() {
      return "Throws.";
    }

    @Override
    public CompletionStage<Void> run(AgentRequest request, AgentSink sink) throws Exception {
      throw new Exception("secret words");
    }
  }

  /** What an agent compiled without null checks may do. */
  @SuppressWarnings("NullAway")
  private static final class Stageless implements Agent {
    @Override
    public String description() {
      return "Returns no stage.";
    }

    @Override
    public CompletionStage<Void> run(AgentRequest request, AgentSink sink) {
      return null;
    }
  }

  private UserRig rig;
  private Peer ada;

  @BeforeMethod(alwaysRun = true)
  public void connect() {
    rig = new UserRig(Map.of("throwing", new Throwing(), "stageless", new Stageless()));
    ada = rig.connect();
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    rig.close();
  }

  private ScriptedAgent.Job started() {
    ada.start("c", "t");
    return rig.agent.job();
  }

  private JsonNode failure() {
    return ada.seen.last("agent_failed");
  }

  private long eventsOf(int commit) {
    return rig.log.commits.get(commit).events().size();
  }

  public void whatAnAgentSaysIsCommittedAndSeen() {
    ScriptedAgent.Job job = started();
    job.say("Hello ");
    rig.settle();
    job.say("world");
    job.complete();
    rig.settle();
    assertThat(ada.seen.last("agent_completed").path("text").asText()).isEqualTo("Hello world");
    assertThat(ada.seen.seqs("t")).containsExactly(1L, 2L, 3L, 4L, 5L);
    RunJudge.of(ada.seen.events("t")).requireEnded();
  }

  public void theLastTitleThatAnAgentSetIsThatOfTheThread() {
    ScriptedAgent.Job job = started();
    job.emit(new AgentEvent.Titled("Sums"));
    job.emit(new AgentEvent.Titled("Clocks"));
    rig.settle();
    JsonNode titled = ada.seen.all("thread_titled").get(1);
    assertThat(titled.path("run_id").asText()).isEqualTo(ada.runOf("c"));
    assertThat(titled.path("payload").path("by").asText()).isEqualTo("agent");
    assertThat(ada.headOf(new ThreadId("t")).title()).isEqualTo(new Title("Clocks"));
    job.complete();
    rig.settle();
    RunJudge.of(ada.seen.events("t")).requireEnded();
  }

  public void oneAppendIsInFlightAndDeltasAreMergedMeanwhile() {
    ScriptedAgent.Job job = started();
    rig.log.commit.holdAnswers();
    for (int i = 0; i < 10; i++) {
      job.say(i + " ");
      rig.settle();
    }
    assertThat(rig.log.commits).hasSize(2);
    rig.log.commit.release();
    rig.settle();
    assertThat(rig.log.commits).hasSize(3);
    assertThat(eventsOf(2)).isEqualTo(1);
    assertThat(ada.seen.last("agent_message").path("delta").asText())
        .isEqualTo("1 2 3 4 5 6 7 8 9 ");
    assertThat(ada.seen.last("agent_message").path("offset").asLong()).isEqualTo(2);
  }

  public void theEndGoesWithTheUncommittedEvents() {
    ScriptedAgent.Job job = started();
    rig.log.commit.holdAnswers();
    job.say("a");
    rig.settle();
    job.say("b");
    job.complete();
    rig.settle();
    rig.log.commit.release();
    rig.settle();
    Commit last = rig.log.commits.get(2);
    assertThat(last.endsRun()).isTrue();
    assertThat(last.events()).hasSize(2);
  }

  public void anAgentThatThrowsFailsTheRunWithoutItsWords() {
    ada.start("c", "t", "throwing");
    assertThat(failure().path("code").asText()).isEqualTo("agent_error");
    assertThat(failure().path("message").asText()).isEqualTo("The agent failed.");
  }

  public void anAgentThatReturnsNoStageFailsTheRun() {
    ada.start("c", "t", "stageless");
    assertThat(failure().path("code").asText()).isEqualTo("agent_error");
  }

  public void aRunThatFindsNoThreadFailsAndTheNextMayBegin() {
    rig.workers =
        work -> {
          throw new RejectedExecutionException("no thread free");
        };
    ada.start("c1", "t");
    assertThat(failure().path("code").asText()).isEqualTo("overloaded");
    assertThat(failure().path("retryable").asBoolean()).isTrue();
    rig.workers = Runnable::run;
    ada.start("c2", "t");
    rig.agent.job().complete();
    rig.settle();
    RunJudge.of(ada.seen.events("t")).requireEnded();
  }

  public void anAgentWhoseStageFailsKeepsWhatItSaid() {
    ScriptedAgent.Job job = started();
    job.say("partly");
    job.left.completeExceptionally(new IllegalStateException("broken"));
    rig.settle();
    assertThat(failure().path("partial_text").asText()).isEqualTo("partly");
    assertThat(failure().path("retryable").asBoolean()).isTrue();
  }

  public void anAgentThatLeavesWithoutAnEndHasCompleted() {
    ScriptedAgent.Job job = started();
    job.say("that is all");
    job.left.complete(null);
    rig.settle();
    assertThat(ada.seen.last("agent_completed").path("text").asText()).isEqualTo("that is all");
  }

  public void nothingFollowsTheEnd() {
    ScriptedAgent.Job job = started();
    job.complete();
    job.say("one more thing");
    job.emit(new AgentEvent.Custom("x", RawJson.of("1")));
    job.complete();
    rig.settle();
    job.say("and another");
    rig.settle();
    assertThat(ada.seen.types()).endsWith("agent_completed");
    assertThat(rig.metrics.count("parley_run_repairs_total", "repair", "event_after_end"))
        .isPositive();
    assertThat(rig.metrics.count("parley_runs_ended_total", "state", "completed")).isEqualTo(1);
    assertThat(rig.metrics.openRuns()).isZero();
  }

  public void aRunThatHasEndedLeavesNoTimers() {
    int before = rig.home.alarms();
    started().complete();
    rig.settle();
    assertThat(rig.home.alarms()).isEqualTo(before);
  }

  public void aSilentAgentTimesOut() {
    ScriptedAgent.Job job = started();
    rig.pass(UserRig.IDLE.minusMillis(1));
    job.say("still here");
    rig.pass(UserRig.IDLE.minusMillis(1));
    assertThat(ada.seen.all("agent_failed")).isEmpty();
    rig.pass(Duration.ofMillis(1));
    assertThat(failure().path("code").asText()).isEqualTo("upstream_timeout");
    assertThat(job.request.cancellation().isCancelled()).isTrue();
  }

  public void anAgentThatNeverEndsTimesOut() {
    ScriptedAgent.Job job = started();
    for (long spent = 0; spent < UserRig.WHOLE.toSeconds(); spent += 100) {
      job.say("on and on ");
      rig.pass(Duration.ofSeconds(100));
    }
    assertThat(failure().path("code").asText()).isEqualTo("run_timeout");
    assertThat(job.request.cancellation().isCancelled()).isTrue();
  }

  public void anAgentThatFloodsIsEnded() {
    ScriptedAgent.Job job = started();
    String text = "x".repeat(10_000);
    for (int i = 0; i < 1000; i++) {
      job.say(text);
    }
    rig.settle();
    assertThat(failure().path("code").asText()).isEqualTo("agent_error");
    assertThat(failure().path("partial_text").asText().length()).isLessThan(3_000_000);
    RunJudge.of(ada.seen.events("t")).requireEnded();
  }

  public void emptyWordsDoNotMakeAnAgentWaitForever() {
    ScriptedAgent.Job job = started();
    CompletionStage<Void> room = CompletableFuture.completedFuture(null);
    for (int i = 0; i < 2000; i++) {
      room = job.say("");
    }
    rig.settle();
    assertThat(room.toCompletableFuture()).isDone();
  }

  public void aRunThatLosesItsLogIsOverAndItsAgentToldSo() {
    ScriptedAgent.Job job = started();
    rig.log.commit.fail();
    job.say("lost");
    rig.settle();
    assertThat(job.request.cancellation().isCancelled()).isTrue();
    assertThat(rig.metrics.openRuns()).isZero();
    ada.cancelRun("stop", ada.runOf("c"));
    assertThat(ada.answerTo("stop").path("code").asText()).isEqualTo("overloaded");
  }

  public void aLogWithoutRoomIsAskedAgainAndNothingIsLost() {
    ScriptedAgent.Job job = started();
    rig.log.full = true;
    job.say("a");
    rig.pass(Duration.ofMillis(250));
    job.say("b");
    assertThat(ada.seen.all("agent_message")).isEmpty();
    rig.log.full = false;
    rig.pass(Duration.ofMillis(100));
    job.complete();
    rig.settle();
    assertThat(RunJudge.of(ada.seen.events("t")).text()).isEqualTo("ab");
  }

  public void anEndFindsItsPlaceInAFullLog() {
    ScriptedAgent.Job job = started();
    rig.log.full = true;
    job.complete();
    rig.settle();
    assertThat(ada.seen.all("agent_completed")).hasSize(1);
  }

  public void anEndTakesAlongWhatAFullLogRefused() {
    ScriptedAgent.Job job = started();
    rig.log.full = true;
    job.say("a");
    rig.pass(Duration.ofMillis(250));
    job.say("b");
    job.complete();
    rig.pass(Duration.ofMillis(250));
    assertThat(ada.seen.all("agent_completed")).hasSize(1);
    assertThat(RunJudge.of(ada.seen.events("t")).text()).isEqualTo("ab");
    assertThat(rig.metrics.openRuns()).isZero();
  }

  public void aRunIsCancelledWhileTheLogIsFull() {
    ScriptedAgent.Job job = started();
    rig.log.full = true;
    job.say("a");
    rig.pass(Duration.ofMillis(250));
    ada.cancelRun("stop", ada.runOf("c"));
    rig.pass(Duration.ofSeconds(6));
    assertThat(ada.seen.all("agent_cancelled")).hasSize(1);
    assertThat(ada.seen.last("agent_cancelled").path("partial_text").asText()).isEqualTo("a");
    RunJudge.of(ada.seen.events("t")).requireEnded();
  }

  public void theWelcomeNamesTheRunsThatAreOpen() {
    started();
    JsonNode open = rig.connect().seen.last("welcome").path("open_runs");
    assertThat(open).hasSize(1);
    assertThat(open.get(0).path("run_id").asText()).isEqualTo(ada.runOf("c"));
    assertThat(open.get(0).path("head").asLong()).isEqualTo(2);
    assertThat(rig.connect("eve", "mid").seen.last("welcome").path("open_runs")).isEmpty();
  }

  public void theWelcomeNamesNoRunsToATokenThatMayReadNone() {
    started();
    assertThat(openRuns(EnumSet.allOf(Scope.class))).hasSize(1);
    assertThat(openRuns(Set.of(Scope.CHAT))).hasSize(1);
    assertThat(openRuns(Set.of(Scope.AGENT))).as("it reads what it starts").hasSize(1);
    assertThat(openRuns(Set.of())).isEmpty();
    assertThat(openRuns(Set.of(Scope.ADMIN, Scope.OPERATOR))).isEmpty();
  }

  private JsonNode openRuns(Set<Scope> scopes) {
    return rig.connectUnread("ada", "enterprise", scopes).seen.last("welcome").path("open_runs");
  }

  public void losingTheConnectionDoesNotCancelTheRun() {
    ScriptedAgent.Job job = started();
    ada.close();
    job.say("still working");
    job.complete();
    rig.settle();
    Peer back = rig.connect();
    back.subscribe("t", 0);
    assertThat(back.seen.last("agent_completed").path("text").asText()).isEqualTo("still working");
  }

  public void agentsOfSeveralRunsDoNotMeet() {
    ada.start("c1", "t1");
    ada.start("c2", "t2");
    rig.agent.jobs().get(0).say("one");
    rig.agent.jobs().get(1).say("two");
    rig.agent.jobs().forEach(ScriptedAgent.Job::complete);
    rig.settle();
    RunJudge one = RunJudge.of(ada.seen.events("t1"));
    RunJudge two = RunJudge.of(ada.seen.events("t2"));
    assertThat(one.text()).isEqualTo("one");
    assertThat(two.text()).isEqualTo("two");
  }
}
