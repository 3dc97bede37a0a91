package dev.parley.gateway.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.user.run.RunJudge;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** How all contexts come to rest before the gateway ends. */
@Test(groups = "unit")
public class DrainTest {

  // How long an agent is given to confirm a cancellation.
  private static final Duration CONFIRMATION = Duration.ofSeconds(5);

  private static final Duration PERIOD = Duration.ofSeconds(5);
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private UserRig rig;

  @BeforeMethod(alwaysRun = true)
  public void build() {
    rig = new UserRig();
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    rig.close();
  }

  private CompletableFuture<Void> drain() {
    return drain(Duration.ZERO);
  }

  private CompletableFuture<Void> drain(Duration timeout) {
    DrainConfig config = new DrainConfig(Duration.ZERO, PERIOD, timeout);
    CompletableFuture<Void> drained = rig.contexts.drain(config).toCompletableFuture();
    rig.pass(Duration.ZERO);
    return drained;
  }

  public void tellsEveryConnectionToGoAwayForAWhile() {
    Peer ada = rig.connect();
    Peer eve = rig.connect("eve", "early");
    ada.chat("c", "t", "before");
    var ignored = drain(TIMEOUT);
    for (Peer peer : List.of(ada, eve, rig.connect("late", "early"))) {
      assertThat(peer.seen.types()).endsWith("goaway");
      assertThat(peer.seen.last("goaway").path("reconnect_after_ms").asLong())
          .isBetween(500L, 500 + PERIOD.toMillis());
    }
  }

  public void refusesWhatIsNew() {
    Peer ada = rig.connect();
    var ignored = drain(TIMEOUT);
    ada.chat("c", "t", "after");
    assertThat(ada.answerTo("c").path("code").asText()).isEqualTo("draining");
  }

  public void aRunThatEndsInTimeEndsAsItWould() {
    Peer ada = rig.connect();
    ada.start("c", "t");
    CompletableFuture<Void> drained = drain(TIMEOUT);
    rig.pass(TIMEOUT.minusMillis(1));
    assertThat(rig.agent.job().request.cancellation().isCancelled()).isFalse();
    assertThat(drained).isNotDone();
    rig.agent.job().complete();
    rig.settle();
    assertThat(drained).isDone();
    assertThat(ada.seen.types()).contains("agent_completed").doesNotContain("agent_cancelled");
  }

  public void aRunThatTakesLongerIsCancelled() {
    Peer ada = rig.connect();
    ada.start("c", "t");
    CompletableFuture<Void> drained = drain(TIMEOUT);
    rig.pass(TIMEOUT);
    assertThat(rig.agent.job().request.cancellation().isCancelled()).isTrue();
    rig.agent.job().left.complete(null);
    rig.settle();
    assertThat(ada.seen.last("agent_cancelled").path("by").asText()).isEqualTo("shutdown");
    assertThat(drained).isDone();
  }

  public void queuedMessagesStayInTheLog() {
    Peer ada = rig.connect();
    ada.start("c1", "t");
    ada.queue("c2", "t");
    var ignored = drain(TIMEOUT);
    rig.agent.job().complete();
    rig.pass(TIMEOUT);
    assertThat(rig.agent.jobs()).hasSize(1);
    assertThat(rig.log.threadsWithQueue().toCompletableFuture().join()).hasSize(1);
  }

  public void aQueuedRunThatStartsAfterTheDeadlineIsCancelledToo() {
    Peer ada = rig.connect();
    ada.start("c1", "t");
    ada.queue("c2", "t");
    rig.log.read.holdAnswers();
    rig.agent.job().complete();
    rig.settle();
    CompletableFuture<Void> drained = drain();
    rig.log.read.release();
    rig.pass(CONFIRMATION.plusSeconds(1));
    assertThat(drained).isDone();
    assertThat(ada.seen.last("agent_cancelled").path("by").asText()).isEqualTo("shutdown");
    RunJudge.of(ada.seen.events("t")).requireEnded();
  }

  public void waitsUntilEveryReaderWasGivenTheEndOfARun() {
    Peer busy = rig.connectUnread("ada", "early");
    busy.start("c", "t");
    CompletableFuture<Void> drained = drain();
    rig.pass(CONFIRMATION.plusMillis(100));
    assertThat(drained).isNotDone();
    busy.readOn(1 << 20);
    rig.settle();
    assertThat(drained).isDone();
    assertThat(busy.seen.last("agent_cancelled").path("by").asText()).isEqualTo("shutdown");
  }

  public void waitsOneSecondForAConnectionThatReadsNothing() {
    Peer asleep = rig.connectUnread("ada", "early");
    asleep.start("c", "t");
    CompletableFuture<Void> drained = drain();
    rig.pass(CONFIRMATION.plusMillis(999));
    assertThat(drained).isNotDone();
    rig.pass(Duration.ofMillis(1));
    assertThat(drained).isDone();
  }

  public void aReaderThatIsBehindIsNotAwaitedWhenItLeaves() {
    Peer asleep = rig.connectUnread("ada", "early");
    asleep.start("c", "t");
    CompletableFuture<Void> drained = drain();
    rig.pass(CONFIRMATION);
    assertThat(drained).isNotDone();
    asleep.unsubscribe("t");
    assertThat(drained).isDone();
  }

  public void noContextIsAskedAgainAndAgainWhetherItIsAtRest() {
    Peer ada = rig.connect();
    ada.start("c", "t");
    int alarms = rig.home.alarms();
    var ignored = drain(TIMEOUT);
    // The deadline of the drain.
    assertThat(rig.home.alarms()).isEqualTo(alarms + 1);
  }

  public void anIdleGatewayIsDrainedAtOnce() {
    rig.connect();
    assertThat(drain(TIMEOUT)).isDone();
  }
}
