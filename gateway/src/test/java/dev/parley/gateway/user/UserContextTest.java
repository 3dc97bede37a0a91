package dev.parley.gateway.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.trace.TraceSpan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** When a context begins and when it ends. */
@Test(groups = "unit")
public class UserContextTest {

  private static final Duration FULL_AGAIN = Duration.ofMinutes(1);

  private UserRig rig;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    rig = new UserRig();
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    rig.close();
  }

  private long contexts() {
    return rig.metrics.liveContexts();
  }

  public void allConnectionsOfAUserShareOneContext() {
    Peer one = rig.connect();
    Peer two = rig.connect();
    assertThat(one.context).isSameAs(two.context);
    assertThat(rig.connect("eve", "mid").context).isNotSameAs(one.context);
    assertThat(contexts()).isEqualTo(2);
  }

  public void endsWithItsLastConnection() {
    Peer one = rig.connect();
    Peer two = rig.connect();
    one.subscribe("t", 0);
    one.close();
    assertThat(contexts()).isEqualTo(1);
    two.close();
    assertThat(contexts()).isZero();
  }

  public void staysWhileARunIsOpen() {
    Peer ada = rig.connect();
    ada.start("c", "t");
    ada.close();
    rig.pass(FULL_AGAIN);
    assertThat(contexts()).isEqualTo(1);
    rig.agent.job().complete();
    rig.settle();
    assertThat(contexts()).isZero();
  }

  public void staysWhileCommandsWaitForADuplicate() {
    Peer ada = rig.connect();
    ada.chat("c", "t", "hello");
    rig.pass(FULL_AGAIN);
    ada.unsubscribe("t");
    rig.log.commit.holdAnswers();
    ada.chat("c", "t", "hello");
    assertThat(contextsWhenNext(ada, rig.log.commit)).isEqualTo(1);
    assertThat(contexts()).isZero();
  }

  public void staysWhileCommandsWaitForARefusal() {
    Peer ada = rig.connect();
    rig.log.find.holdAnswers();
    ada.start("c", "t", "nobody");
    assertThat(contextsWhenNext(ada, rig.log.find)).isEqualTo(1);
    assertThat(contexts()).isZero();
  }

  /** How many there are when the connection's next command is looked at, though it has closed. */
  private long contextsWhenNext(Peer ada, Gate gate) {
    List<Long> counts = new ArrayList<>();
    ada.reader.unanswered().whenNone(List.of(new ThreadId("t")), () -> counts.add(contexts()));
    ada.close();
    assertThat(counts).isEmpty();
    gate.release();
    rig.settle();
    return counts.get(0);
  }

  public void staysUntilItsLimitIsAtRest() {
    Peer bob = rig.connect("bob", "free");
    bob.chat("c", "t", "hello");
    bob.close();
    rig.pass(Duration.ofMillis(1199));
    assertThat(contexts()).isEqualTo(1);
    rig.pass(Duration.ofMillis(1));
    assertThat(contexts()).isZero();
  }

  public void aLimitIsNotResetByReconnecting() {
    Peer bob = rig.connect("bob", "free");
    for (int i = 0; i < 10; i++) {
      bob.chat("c" + i, "t", "hello");
    }
    bob.close();
    rig.pass(Duration.ofMillis(500));
    Peer back = rig.connect("bob", "free");
    back.chat("again", "t", "hello");
    assertThat(back.answerTo("again").path("code").asText()).isEqualTo("rate_limited");
  }

  public void aTierCanBeChangedByReconnectingButWhatWasTakenStaysTaken() {
    Peer bob = rig.connect("bob", "free");
    for (int i = 0; i < 10; i++) {
      bob.chat("c" + i, "t", "hello");
    }
    Peer richer = rig.connect("bob", "enterprise");
    assertThat(richer.seen.last("welcome").path("limits").path("commands_per_minute").asInt())
        .isEqualTo(500);
    richer.chat("again", "t", "hello");
    assertThat(richer.answerTo("again").path("retry_after_ms").asLong()).isEqualTo(120);
  }

  public void aCommandIsTakenAgainExactlyWhenToldAndNotBefore() {
    Peer bob = rig.connect("bob", "free");
    for (int i = 0; i < 10; i++) {
      bob.context
          .commands()
          .chat(bob.reader, Peer.chatCommand("c" + i, "t", "x"), 0, TraceSpan.NONE, () -> {});
    }
    bob.chat("first", "t", "x");
    long wait = bob.answerTo("first").path("retry_after_ms").asLong();
    rig.pass(Duration.ofMillis(wait - 1));
    bob.chat("early", "t", "x");
    assertThat(bob.answerTo("early").path("retry_after_ms").asLong()).isEqualTo(1);
    rig.pass(Duration.ofMillis(1));
    bob.chat("late", "t", "x");
    assertThat(bob.answerTo("late").path("seq").asLong()).isEqualTo(11);
  }

  public void aTierThatIsNotConfiguredIsEarly() {
    Peer ada = rig.connect("ada", "platinum");
    assertThat(ada.seen.last("welcome").path("tier").asText()).isEqualTo("early");
  }

  public void aConnectionThatComesInTimeKeepsTheContext() {
    Peer bob = rig.connect("bob", "free");
    bob.chat("c", "t", "hello");
    bob.close();
    Peer back = rig.connect("bob", "free");
    rig.pass(FULL_AGAIN);
    assertThat(back.context).isSameAs(bob.context);
    assertThat(contexts()).isEqualTo(1);
  }

  public void afterItsEndAnotherOneIsBorn() {
    Peer before = rig.connect();
    before.close();
    Peer after = rig.connect();
    assertThat(after.context).isNotSameAs(before.context);
    after.chat("c", "t", "hello");
    assertThat(after.answerTo("c").path("seq").asLong()).isEqualTo(1);
  }

  public void staysWhileAThreadIsLoadedOrACommandIsUndecided() {
    Peer ada = rig.connect();
    rig.log.head.holdAnswers();
    ada.chat("c", "t", "hello");
    ada.close();
    assertThat(contexts()).isEqualTo(1);
    rig.log.commit.holdAnswers();
    rig.log.head.release();
    rig.settle();
    assertThat(contexts()).isEqualTo(1);
    rig.log.commit.release();
    rig.pass(FULL_AGAIN);
    assertThat(contexts()).isZero();
  }

  public void endsAlsoWhenTheLogNeverTold() {
    Peer ada = rig.connect();
    rig.log.head.fail();
    ada.subscribe("t", 0);
    ada.chat("c", "u", "hello");
    ada.close();
    assertThat(contexts()).isZero();
  }

  public void isHandedOutAtHomeOnly() {
    CompletableFuture<Void> elsewhere =
        CompletableFuture.runAsync(() -> rig.contexts.of(new UserId("default", "ada")));
    assertThatThrownBy(elsewhere::join).hasMessageContaining("(expected: the home)");
  }

  public void aContextThatIsBornWhileTheGatewayEndsTakesNoCommands() {
    assertThat(rig.contexts.drain(UserRig.AT_ONCE).toCompletableFuture()).isNotDone();
    rig.settle();
    Peer late = rig.connect();
    late.start("c", "t");
    assertThat(late.answerTo("c").path("code").asText()).isEqualTo("draining");
  }
}
