package dev.parley.gateway.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.Deletion;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.InboxState;
import dev.parley.gateway.log.memory.MemoryLog;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.UserId;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** What the directory remembers of users who only call over HTTP. */
@Test(groups = "unit")
public class CallingOperatorTest {

  private static final UserId OPS = new UserId("default", "ops");

  private EventLog store;
  private UserRig rig;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    store = new MemoryLog(Clock.systemUTC(), IdSource.random());
    rig = new UserRig(store);
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    rig.close();
  }

  private void call(String tier, Scope... scopes) {
    rig.contexts.called(new Principal(OPS, tier, Set.of(scopes), Instant.MAX));
    rig.settle();
  }

  private Optional<InboxState> known() {
    return store.inboxes().find(OPS).toCompletableFuture().join();
  }

  public void anOperatorIsRememberedWithOneWrite() {
    for (int i = 0; i < 10; i++) {
      call("enterprise", Scope.OPERATOR);
    }
    assertThat(known().orElseThrow().isOperator()).isTrue();
    assertThat(known().orElseThrow().tier()).isEqualTo("enterprise");
    assertThat(rig.log.arrivals.get()).isOne();
    for (int i = 0; i < 10; i++) {
      call("mid", Scope.OPERATOR, Scope.CHAT);
    }
    assertThat(known().orElseThrow().tier()).isEqualTo("enterprise");
    assertThat(rig.log.arrivals.get()).isOne();
    assertThat(rig.metrics.liveContexts()).isZero();
  }

  public void callsAtOnceAskOnce() {
    rig.log.inboxes.holdCalls();
    for (int i = 0; i < 10; i++) {
      call("mid", Scope.OPERATOR);
    }
    assertThat(rig.log.inboxes.held()).isOne();
    rig.log.inboxes.release();
    rig.settle();
    assertThat(known()).isPresent();
    assertThat(rig.log.arrivals.get()).isOne();
  }

  public void ofAnOperatorWhoIsConnectedTheNewestTokenCounts() {
    Principal user = new Principal(OPS, "mid", Set.of(Scope.CHAT), Instant.MAX);
    UserContext context = rig.contexts.of(OPS);
    context.welcome(context.attach(user, new RecordingSubscriber("c_1")));
    rig.settle();
    assertThat(known().orElseThrow().isOperator()).isFalse();
    for (int i = 0; i < 10; i++) {
      call("enterprise", Scope.OPERATOR);
    }
    assertThat(known().orElseThrow().isOperator()).isTrue();
    assertThat(known().orElseThrow().tier()).isEqualTo("mid");
    assertThat(rig.log.arrivals.get()).isEqualTo(2);
    context.welcome(context.attach(user, new RecordingSubscriber("c_2")));
    rig.settle();
    assertThat(known().orElseThrow().isOperator()).isFalse();
  }

  public void callsOfOthersAreNotRemembered() {
    call("mid", Scope.ADMIN, Scope.CHAT, Scope.AGENT);
    assertThat(known()).isEmpty();
    assertThat(rig.log.arrivals.get()).isZero();
    assertThat(rig.metrics.liveContexts()).isZero();
  }

  public void aLogThatFailsIsAskedAgainByTheNextCall() {
    rig.log.inboxes.fail();
    call("mid", Scope.OPERATOR);
    assertThat(rig.metrics.liveContexts()).isZero();
    rig.log.inboxes.release();
    call("mid", Scope.OPERATOR);
    assertThat(known()).isPresent();
  }

  private void erase() {
    CompletableFuture<Deletion> erased =
        rig.contexts.erase(OPS, () -> {}, () -> rig.log.erase(OPS)).toCompletableFuture();
    rig.settle();
    assertThat(erased).isCompleted();
  }

  public void aCallFromBeforeAnErasureBringsNobodyBack() {
    rig.log.inboxes.holdAnswers();
    call("mid", Scope.OPERATOR);
    erase();
    rig.log.inboxes.release();
    rig.settle();
    assertThat(known()).isEmpty();
    assertThat(rig.log.arrivals.get()).isZero();
  }

  public void aCallAfterAnErasureCountsWhateverWasAskedBefore() {
    rig.log.inboxes.holdAnswers();
    call("mid", Scope.OPERATOR);
    erase();
    call("early", Scope.OPERATOR);
    rig.log.inboxes.release();
    rig.settle();
    assertThat(known().orElseThrow().tier()).isEqualTo("early");
    assertThat(rig.log.arrivals.get()).isOne();
  }
}
