package dev.parley.gateway.user.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.UnconfirmedCancelException;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.RigTest;
import dev.parley.gateway.user.UserRig;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Cancelling runs, at every moment of their life. */
@Test(groups = "unit")
public class CancelTest extends RigTest {

  private String state(String command) {
    return ada.answerTo(command).path("state").asText();
  }

  private JsonNode cancelled() {
    return ada.seen.last("agent_cancelled");
  }

  public void anAgentThatLetsGoConfirms() {
    ada.start("c", "t");
    rig.agent.job().say("so far");
    rig.settle();
    ada.cancelRun("stop", ada.runOf("c"));
    assertThat(state("stop")).isEqualTo("cancelling");
    assertThat(rig.agent.job().request.cancellation().isCancelled()).isTrue();
    rig.agent.job().left.complete(null);
    rig.settle();
    assertThat(cancelled().path("upstream_confirmed").asBoolean()).isTrue();
    assertThat(cancelled().path("by").asText()).isEqualTo("user");
    assertThat(cancelled().path("partial_text").asText()).isEqualTo("so far");
  }

  public void anAgentThatFailsWhenCancelledConfirmsToo() {
    ada.start("c", "t");
    ada.cancelRun("stop", ada.runOf("c"));
    rig.agent.job().left.completeExceptionally(new IllegalStateException("interrupted"));
    rig.settle();
    assertThat(cancelled().path("upstream_confirmed").asBoolean()).isTrue();
  }

  public void anAgentThatCanOnlyCloseAConnectionDoesNotConfirm() {
    rig.agent.confirmsCancel = false;
    ada.start("c", "t");
    ada.cancelRun("stop", ada.runOf("c"));
    rig.agent.job().left.complete(null);
    rig.settle();
    assertThat(cancelled().path("upstream_confirmed").asBoolean()).isFalse();
  }

  @Test(dataProvider = "unconfirmed")
  public void anAgentThatDoesNotKnowWhetherItsServiceStoppedDoesNotConfirm(Exception failure) {
    ada.start("c", "t");
    ada.cancelRun("stop", ada.runOf("c"));
    rig.agent.job().left.completeExceptionally(failure);
    rig.settle();
    assertThat(cancelled().path("upstream_confirmed").asBoolean()).isFalse();
  }

  @DataProvider
  Object[] unconfirmed() {
    UnconfirmedCancelException known = new UnconfirmedCancelException();
    return new Object[] {known, new CompletionException(known)};
  }

  public void anAgentThatDoesNotLeaveIsAwaitedFiveSeconds() {
    ada.start("c", "t");
    ada.cancelRun("stop", ada.runOf("c"));
    rig.pass(Duration.ofMillis(4999));
    assertThat(ada.seen.all("agent_cancelled")).isEmpty();
    rig.pass(Duration.ofMillis(1));
    assertThat(cancelled().path("upstream_confirmed").asBoolean()).isFalse();
  }

  public void openToolsAreAbortedInTheSameCommit() {
    ada.start("c", "t");
    rig.agent.job().emit(new AgentEvent.ToolStarted("k1", "calculator", RawJson.of("{}")));
    rig.settle();
    ada.cancelRun("stop", ada.runOf("c"));
    rig.agent.job().left.complete(null);
    rig.settle();
    assertThat(ada.seen.last("tool_completed").path("status").asText()).isEqualTo("aborted");
    assertThat(rig.log.commits.get(2).events()).hasSize(2);
  }

  public void whatTheAgentSaysAfterTheCancellationIsDropped() {
    ada.start("c", "t");
    ada.cancelRun("stop", ada.runOf("c"));
    rig.agent.job().say("too late");
    rig.agent.job().complete();
    rig.settle();
    assertThat(ada.seen.types()).endsWith("agent_cancelled");
    assertThat(ada.seen.all("agent_message")).isEmpty();
    assertThat(rig.metrics.count("parley_agent_events_late_total")).isEqualTo(2);
  }

  public void cancellingTwiceChangesNothing() {
    ada.start("c", "t");
    ada.cancelRun("stop", ada.runOf("c"));
    ada.cancelRun("stop-again", ada.runOf("c"));
    rig.agent.job().left.complete(null);
    rig.settle();
    assertThat(state("stop-again")).isEqualTo("cancelling");
    assertThat(ada.seen.all("agent_cancelled")).hasSize(1);
  }

  public void theFirstCancellationCounts() {
    ada.start("c", "t");
    ada.cancelRun("stop", ada.runOf("c"));
    rig.pass(Duration.ofSeconds(4));
    ada.replace("c2", "t");
    rig.pass(Duration.ofSeconds(1));
    assertThat(cancelled().path("by").asText()).isEqualTo("user");
  }

  public void aFinishedRunStaysAsItEnded() {
    ada.start("c", "t");
    rig.agent.job().complete();
    rig.settle();
    ada.cancelRun("stop", ada.runOf("c"));
    assertThat(state("stop")).isEqualTo("completed");
    ada.cancelCommand("stop-again", "c");
    assertThat(state("stop-again")).isEqualTo("completed");
    assertThat(ada.seen.types()).endsWith("agent_completed", "accepted", "accepted");
  }

  public void theEndThatIsOnItsWayWins() {
    ada.start("c", "t");
    rig.log.commit.holdAnswers();
    rig.agent.job().complete();
    rig.settle();
    ada.cancelRun("stop", ada.runOf("c"));
    rig.log.commit.release();
    rig.settle();
    assertThat(ada.seen.all("agent_cancelled")).isEmpty();
    assertThat(ada.seen.all("agent_completed")).hasSize(1);
  }

  public void theIdOfTheCommandCancelsARunThatIsOpen() {
    ada.start("c", "t");
    ada.cancelCommand("stop", "c");
    assertThat(state("stop")).isEqualTo("cancelling");
    rig.agent.job().left.complete(null);
    rig.settle();
    assertThat(ada.seen.types()).endsWith("agent_cancelled");
  }

  public void theIdOfTheCommandCancelsARunThatIsNotYetDecided() {
    rig.log.commit.holdAnswers();
    ada.start("c", "t");
    ada.cancelCommand("stop", "c");
    rig.log.commit.release();
    rig.settle();
    assertThat(state("stop")).isEqualTo("cancelling");
    assertThat(rig.agent.jobs()).isEmpty();
    assertThat(ada.seen.types())
        .containsSubsequence("accepted", "agent_started", "agent_cancelled");
    assertThat(rig.metrics.openRuns()).isZero();
  }

  public void anUndecidedCommandThatStartsNothingIsNoRunToCancel() {
    rig.log.commit.holdAnswers();
    ada.chat("c", "t", "hello");
    ada.cancelCommand("stop", "c");
    assertThat(ada.answerTo("stop").path("code").asText()).isEqualTo("not_found");
  }

  public void sendingACommandAgainDoesNotHideItFromTheCancellation() {
    rig.log.commit.holdAnswers();
    ada.start("c", "t");
    rig.connect().start("c", "t");
    ada.cancelCommand("stop", "c");
    rig.log.commit.release();
    rig.settle();
    assertThat(ada.seen.types()).containsSubsequence("agent_started", "agent_cancelled");
  }

  public void aConflictingCommandDoesNotHideTheOneThatStarts() {
    rig.log.commit.holdAnswers();
    ada.start("c", "t");
    rig.connect().chat("c", "t", "another");
    ada.cancelCommand("stop", "c");
    rig.log.commit.release();
    rig.settle();
    assertThat(state("stop")).isEqualTo("cancelling");
    assertThat(ada.seen.types()).containsSubsequence("agent_started", "agent_cancelled");
  }

  public void whatNobodyStartedIsNotFound() {
    ada.chat("c", "t", "no run");
    ada.cancelRun("s1", "r_unknown");
    ada.cancelCommand("s2", "unknown");
    ada.cancelCommand("s3", "c");
    assertThat(ada.seen.all("rejected"))
        .hasSize(3)
        .allMatch(frame -> frame.path("payload").path("code").asText().equals("not_found"));
  }

  public void aRunOfAnotherUserCannotBeToldFromNone() {
    ada.start("c", "t");
    Peer eve = rig.connect("eve", "enterprise");
    eve.cancelRun("s", ada.runOf("c"));
    eve.cancelCommand("s2", "c");
    eve.cancelRun("s3", "r_unknown");
    assertThat(eve.answerTo("s")).isEqualTo(eve.answerTo("s3")).isEqualTo(eve.answerTo("s2"));
    assertThat(rig.agent.job().request.cancellation().isCancelled()).isFalse();
  }

  public void aLogThatDoesNotAnswerIsSaid() {
    rig.log.run.fail();
    rig.log.find.fail();
    ada.cancelRun("s1", "r_unknown");
    ada.cancelCommand("s2", "unknown");
    assertThat(ada.answerTo("s1").path("code").asText()).isEqualTo("overloaded");
    assertThat(ada.answerTo("s2").path("code").asText()).isEqualTo("overloaded");
  }

  public void aCancelledRunDoesNotFailByATimerMeanwhile() {
    ada.start("c", "t");
    rig.pass(UserRig.IDLE.minusSeconds(1));
    ada.cancelRun("stop", ada.runOf("c"));
    rig.pass(Duration.ofSeconds(5));
    assertThat(ada.seen.all("agent_failed")).isEmpty();
    assertThat(ada.seen.all("agent_cancelled")).hasSize(1);
  }

  public void aDrainCancelsEveryRunAndCompletesWhenAllHaveEnded() {
    ada.start("c1", "t1");
    rig.log.commit.holdAnswers();
    ada.start("c2", "t2");
    var drained = rig.contexts.drain(UserRig.AT_ONCE).toCompletableFuture();
    rig.pass(Duration.ZERO);
    assertThat(drained).isNotDone();
    rig.log.commit.release();
    rig.pass(Duration.ofSeconds(6));
    assertThat(drained).isDone();
    // That of c2 was not even asked.
    assertThat(rig.agent.jobs()).hasSize(1);
    assertThat(ada.seen.all("agent_cancelled"))
        .hasSize(2)
        .allMatch(frame -> frame.path("payload").path("by").asText().equals("shutdown"));
  }
}
