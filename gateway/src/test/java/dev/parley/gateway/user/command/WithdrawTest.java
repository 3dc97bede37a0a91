package dev.parley.gateway.user.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.Commit;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.RigTest;
import dev.parley.gateway.user.run.RunJudge;
import java.time.Duration;
import org.testng.annotations.Test;

/** Queued messages that are withdrawn. */
@Test(groups = "unit")
public class WithdrawTest extends RigTest {

  private String state(String command) {
    return ada.answerTo(command).path("state").asText();
  }

  public void aQueuedMessageIsWithdrawnByItsCommand() {
    ada.start("c1", "t");
    ada.queue("c2", "t");
    Peer other = rig.connect();
    other.subscribe("t", 0);
    ada.cancelCommand("back", "c2");
    assertThat(state("back")).isEqualTo("taken_back");
    assertThat(other.seen.last("message_taken_back").path("message_id"))
        .isEqualTo(ada.seen.last("message_added").path("message_id"));
    endRun();
    assertThat(ada.seen.answered()).containsExactly("c1");
    RunJudge.of(other.seen.events("t")).requireEnded();
  }

  public void withdrawingTwiceChangesNothing() {
    ada.start("c1", "t");
    ada.queue("c2", "t");
    ada.cancelCommand("back", "c2");
    ada.cancelCommand("back-again", "c2");
    assertThat(state("back-again")).isEqualTo("taken_back");
    assertThat(ada.seen.all("message_taken_back")).hasSize(1);
  }

  public void withdrawingAMessageThatHasItsRunCancelsTheRun() {
    ada.start("c1", "t");
    ada.queue("c2", "t");
    endRun();
    ada.cancelCommand("stop", "c2");
    assertThat(state("stop")).isEqualTo("cancelling");
    endRun();
    ada.cancelCommand("stop-again", "c2");
    assertThat(state("stop-again")).isEqualTo("cancelled");
  }

  public void theLogDecidesWhetherTheRunOrTheWithdrawalIsFirst() {
    ada.start("c1", "t");
    ada.queue("c2", "t");
    rig.log.commit.holdAnswers();
    rig.agent.job().complete();
    rig.settle();
    // The end of c1 is decided but not known here; the run of c2 starts while c2 is being
    // withdrawn.
    ada.cancelCommand("stop", "c2");
    rig.log.commit.release();
    rig.settle();
    assertThat(state("stop")).isEqualTo("taken_back");
    assertThat(ada.seen.answered()).containsExactly("c1");
    assertThat(rig.metrics.openRuns()).isZero();
  }

  public void aRunThatStartedWhileItsCommandWasLookedUpIsCancelled() {
    ada.start("c1", "t");
    ada.queue("c2", "t");
    rig.log.commit.holdCalls();
    rig.agent.job().complete();
    rig.settle();
    rig.log.commit.release();
    rig.log.find.holdAnswers();
    ada.cancelCommand("stop", "c2");
    rig.log.find.release();
    rig.settle();
    assertThat(state("stop")).isEqualTo("cancelling");
    assertThat(ada.seen.answered()).containsExactly("c1", "c2");
  }

  /** Puts the beginning of the run of c2 in the log, and holds its answer. */
  private void holdTheBeginning() {
    rig.log.read.holdAnswers();
    rig.agent.job().complete();
    rig.settle();
    rig.log.commit.holdAnswers();
    rig.log.read.release();
    rig.settle();
  }

  public void aRunWhoseBeginningTheLogHasFirstIsCancelled() {
    ada.start("c1", "t");
    ada.queue("c2", "t");
    rig.log.find.holdAnswers();
    ada.cancelCommand("stop", "c2");
    holdTheBeginning();
    rig.log.find.release();
    rig.settle();
    rig.log.commit.release();
    rig.pass(Duration.ofSeconds(5));
    assertThat(state("stop")).isEqualTo("cancelling");
    assertThat(ada.seen.all("agent_cancelled")).hasSize(1);
  }

  public void aRunWhoseBeginningIsNotKnownHereYetIsCancelledOnceItIs() {
    ada.start("c1", "t");
    ada.queue("c2", "t");
    holdTheBeginning();
    int alarms = rig.home.alarms();
    ada.cancelCommand("stop", "c2");
    assertThat(rig.home.alarms()).isEqualTo(alarms);
    rig.log.commit.release();
    rig.settle();
    assertThat(state("stop")).isEqualTo("cancelling");
    rig.pass(Duration.ofSeconds(5));
    assertThat(ada.seen.all("agent_cancelled")).hasSize(1);
  }

  public void aRunThatBeginsHereWhileItsRecordIsReadIsCancelled() {
    ada.start("c1", "t");
    ada.queue("c2", "t");
    holdTheBeginning();
    rig.log.run.holdAnswers();
    ada.cancelCommand("stop", "c2");
    rig.log.commit.release();
    rig.settle();
    rig.log.run.release();
    rig.settle();
    assertThat(state("stop")).isEqualTo("cancelling");
  }

  public void aWithdrawalThatIsNotKnownHereDoesNotHoldUpTheNextMessage() {
    ada.start("c1", "t");
    ada.queue("c2", "t");
    ada.queue("c3", "t");
    rig.log.commit.fail();
    ada.cancelCommand("back", "c2");
    rig.log.commit.release();
    Commit unheard = rig.log.commits.get(rig.log.commits.size() - 1);
    assertThat(rig.log.behind().commit(unheard).toCompletableFuture().join())
        .isInstanceOf(CommitResult.Committed.class);
    endRun();
    assertThat(ada.seen.answered()).containsExactly("c1", "c3");
  }

  public void aCommandThatIsCancelledBeforeItIsQueuedIsWithdrawn() {
    ada.start("c1", "t");
    rig.log.commit.holdAnswers();
    ada.queue("c2", "t");
    ada.cancelCommand("stop", "c2");
    ada.cancelCommand("stop-too", "c2");
    assertThat(ada.seen.frames()).noneMatch(frame -> frame.path("id").asText().equals("stop"));
    rig.log.commit.release();
    rig.settle();
    assertThat(state("stop")).isEqualTo("taken_back");
    assertThat(state("stop-too")).isEqualTo("taken_back");
    assertThat(ada.seen.all("message_taken_back")).hasSize(1);
    assertThat(ada.seen.types()).containsSubsequence("message_added", "message_taken_back");
    endRun();
    assertThat(ada.seen.answered()).containsExactly("c1");
  }

  public void aReplacementThatIsWithdrawnInTimeReplacesNothing() {
    ada.start("c1", "t");
    rig.log.commit.holdAnswers();
    ada.replace("c2", "t");
    ada.cancelCommand("stop", "c2");
    rig.log.commit.release();
    rig.settle();
    assertThat(rig.agent.job().request.cancellation().isCancelled()).isFalse();
    assertThat(ada.seen.all("message_taken_back")).hasSize(1);
  }

  public void aCommandThatIsCancelledBeforeItStartsIsCancelled() {
    rig.log.commit.holdAnswers();
    ada.queue("c1", "t");
    ada.cancelCommand("stop", "c1");
    rig.log.commit.release();
    rig.settle();
    assertThat(state("stop")).isEqualTo("cancelling");
    assertThat(rig.agent.jobs()).isEmpty();
    assertThat(ada.seen.last("agent_cancelled").path("by").asText()).isEqualTo("user");
  }

  public void aRunIsCancelledThroughADuplicateOfItsCommandToo() {
    ada.start("c1", "t");
    rig.log.commit.holdAnswers();
    ada.start("c1", "t");
    ada.cancelCommand("stop", "c1");
    rig.log.commit.release();
    rig.settle();
    assertThat(state("stop")).isEqualTo("cancelling");
    assertThat(rig.agent.job().request.cancellation().isCancelled()).isTrue();
  }

  public void thereIsNothingToCancelOfACommandThatIsRefused() {
    ada.start("c1", "t");
    rig.log.commit.holdAnswers();
    ada.start("c2", "t");
    ada.cancelCommand("stop", "c2");
    rig.log.commit.release();
    rig.settle();
    assertThat(ada.answerTo("c2").path("code").asText()).isEqualTo("thread_busy");
    assertThat(ada.answerTo("stop").path("code").asText()).isEqualTo("not_found");
    assertThat(rig.agent.job().request.cancellation().isCancelled()).isFalse();
  }

  public void whileTheLogHasNoRoomTheMessageStaysQueuedAndTheUserIsToldWhy() {
    ada.start("c1", "t");
    ada.queue("c2", "t");
    rig.log.full = true;
    ada.cancelCommand("stop", "c2");
    assertThat(ada.answerTo("stop").path("code").asText()).isEqualTo("overloaded");
    assertThat(ada.answerTo("stop").path("message").asText()).startsWith("The log has no room");
    rig.log.full = false;
    ada.cancelCommand("again", "c2");
    assertThat(ada.answerTo("again").path("state").asText()).isEqualTo("taken_back");
  }
}
