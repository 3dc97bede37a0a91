package dev.parley.gateway.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.Deletion;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** How a user comes to rest before everything of the user is deleted. */
@Test(groups = "unit")
public class UserErasureTest {

  private static final UserId ADA = new UserId("default", "ada");
  private static final ThreadKey T = new ThreadKey(ADA, new ThreadId("t"));

  private UserRig rig;

  @BeforeMethod(alwaysRun = true)
  public void build() {
    rig = new UserRig();
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    rig.close();
  }

  private CompletableFuture<Deletion> erase(Peer... peers) {
    return erase(() -> rig.log.erase(ADA), peers);
  }

  private CompletableFuture<Deletion> erase(
      Supplier<CompletionStage<Deletion>> deletion, Peer... peers) {
    CompletableFuture<Deletion> erased =
        rig.contexts
            .erase(
                ADA,
                () -> {
                  for (Peer peer : peers) {
                    peer.reader.detach();
                  }
                },
                deletion)
            .toCompletableFuture();
    rig.pass(Duration.ZERO);
    return erased;
  }

  public void deletesEverythingOnceItIsQuiet() {
    Peer ada = rig.connect();
    ada.chat("c", "t", "hello");
    assertThat(rig.log.eventsNow(T)).isNotEmpty();
    assertThat(erase(ada)).isCompleted();
    assertThat(rig.log.eventsNow(T)).isEmpty();
    Peer again = rig.connect();
    again.chat("c", "t", "hello");
    assertThat(again.seen.answerTo("c").has("duplicate")).isFalse();
    assertThat(rig.log.eventsNow(T)).hasSize(1);
  }

  public void anUnknownUserIsErasedToo() {
    assertThat(erase()).isCompleted();
  }

  public void waitsForTheEndOfARunThatItCancels() {
    Peer ada = rig.connect();
    ada.start("c", "t");
    CompletableFuture<Deletion> erased = erase(ada);
    assertThat(erased).isNotDone();
    assertThat(rig.log.eventsNow(T)).isNotEmpty();
    rig.pass(Duration.ofSeconds(6)); // an agent that does not confirm is waited for 5 s
    assertThat(erased).isCompleted();
    assertThat(rig.log.eventsNow(T)).isEmpty();
  }

  public void takesNoCommandMeanwhile() {
    Peer ada = rig.connect();
    Peer slow = rig.connect();
    CompletableFuture<Deletion> erased = erase(ada); // one connection is still closing
    slow.chat("c2", "t", "too late");
    assertThat(slow.seen.last("rejected").path("code").asText()).isEqualTo("overloaded");
    Peer late = rig.connect();
    assertThat(late.seen.closed()).hasToString("OVERLOADED");
    late.close();
    assertThat(erased).isNotDone();
    slow.close();
    rig.settle();
    assertThat(erased).isCompleted();
    assertThat(rig.log.eventsNow(T)).isEmpty();
  }

  public void oneErasureFollowsTheOther() {
    Peer ada = rig.connect();
    CompletableFuture<Deletion> first = erase();
    CompletableFuture<Deletion> second = erase();
    assertThat(first).isNotDone();
    ada.close();
    rig.settle();
    assertThat(first).isCompleted();
    assertThat(second).isCompleted();
  }

  public void aUserWhoIsNotErasedGoesOn() {
    Peer ada = rig.connect();
    CompletableFuture<Deletion> late = erase();
    rig.pass(Duration.ofSeconds(30));
    assertThat(late).isCompletedExceptionally();
    ada.chat("c", "t", "hello");
    assertThat(ada.seen.types()).contains("accepted").doesNotContain("rejected");
    ada.close();
    CompletableFuture<Deletion> failed =
        erase(() -> CompletableFuture.failedStage(new LogException("log: closed")));
    assertThat(failed).isCompletedExceptionally();
    assertThat(rig.log.eventsNow(T)).hasSize(1);
    Peer again = rig.connect();
    again.chat("c2", "t", "hello");
    assertThat(again.seen.types()).contains("accepted").doesNotContain("rejected");
    assertThat(rig.log.eventsNow(T)).hasSize(2);
  }

  public void anErasureThatThrowsLeavesTheUserAsBefore() {
    Peer ada = rig.connect();
    CompletableFuture<Deletion> failed =
        rig.contexts
            .erase(
                ADA,
                () -> {
                  throw new IllegalStateException("thrown by the test");
                },
                () -> rig.log.erase(ADA))
            .toCompletableFuture();
    rig.settle();
    assertThat(failed).isCompletedExceptionally();
    ada.chat("c", "t", "hello");
    assertThat(ada.seen.types()).contains("accepted").doesNotContain("rejected");
    assertThat(erase(ada)).isCompleted();
    assertThat(rig.log.eventsNow(T)).isEmpty();
  }

  public void aQueuedMessageIsDeletedUnanswered() {
    Peer ada = rig.connect();
    ada.start("c", "t");
    ada.queue("c2", "t");
    CompletableFuture<Deletion> erased = erase(ada);
    rig.pass(Duration.ofSeconds(6));
    assertThat(erased).isCompleted();
    assertThat(rig.agent.jobs()).hasSize(1);
    Peer again = rig.connect();
    again.start("c", "t");
    assertThat(rig.agent.jobs()).hasSize(2);
    assertThat(rig.log.eventsNow(T)).hasSize(2);
  }

  public void aQueuedMessageIsAnsweredWhenTheUserIsNotErased() {
    Peer ada = rig.connect();
    ada.start("c", "t");
    ada.queue("c2", "t");
    CompletableFuture<Deletion> erased = erase();
    rig.agent.job().left.complete(null);
    rig.pass(Duration.ofSeconds(6));
    assertThat(ada.seen.last("agent_cancelled").path("by").asText()).isEqualTo("operator");
    assertThat(rig.agent.jobs()).hasSize(1);
    rig.pass(Duration.ofSeconds(30));
    assertThat(erased).isCompletedExceptionally();
    assertThat(rig.agent.jobs()).hasSize(2);
  }

  public void anErasureThatFailsWhileTheProcessEndsOpensNothing() {
    Peer ada = rig.connect();
    CompletableFuture<Deletion> erased = erase();
    var ignored = rig.contexts.drain(UserRig.AT_ONCE);
    rig.pass(Duration.ofSeconds(30));
    assertThat(erased).isCompletedExceptionally();
    ada.chat("c", "t", "hello");
    assertThat(ada.seen.answerTo("c").path("code").asText()).isEqualTo("draining");
  }
}
