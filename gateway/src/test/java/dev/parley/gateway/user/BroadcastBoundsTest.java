package dev.parley.gateway.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.Audience;
import dev.parley.gateway.log.BroadcastKey;
import dev.parley.gateway.log.BroadcastRecord;
import dev.parley.gateway.log.BroadcastResult;
import dev.parley.gateway.log.DamagedRecordException;
import dev.parley.gateway.protocol.BroadcastId;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.Notice;
import dev.parley.gateway.protocol.Priority;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.user.inbox.BroadcastRequest;
import dev.parley.gateway.user.inbox.Broadcasts;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** How many names broadcasts may have, and what happens to broadcasts when the log fails. */
@Test(groups = "unit")
public class BroadcastBoundsTest {

  private static final int MAX_NAMES = 100_000;
  private static final int FULL = 10;
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration RETENTION = Duration.ofDays(7);

  private UserRig rig;
  private Broadcasts broadcasts;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    rig = new UserRig();
    broadcasts =
        new Broadcasts(
            rig.home, rig.services.inboxes(), IdSource.random(), rig.contexts, RETENTION);
    done(broadcasts.open());
    Peer ada = rig.connect();
    rig.settle();
    ada.close();
    rig.settle();
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    rig.close();
  }

  private <T> T done(CompletionStage<T> stage) {
    rig.settle();
    CompletableFuture<T> result = stage.toCompletableFuture();
    assertThat(result).isDone();
    return result.join();
  }

  /** Ada, who is not here, and so many others whom nobody knows. */
  private static SortedSet<String> adaAnd(int others) {
    SortedSet<String> names = new TreeSet<>();
    names.add("ada");
    IntStream.range(0, others).forEach(i -> names.add("user-" + i));
    return names;
  }

  private CompletionStage<BroadcastResult> begin(String tenant, String id, Audience audience) {
    Notice notice = new Notice("Title", "body", null, Priority.NORMAL);
    return broadcasts.send(
        new BroadcastRequest(tenant, new BroadcastId(id), audience, notice, null), null);
  }

  private void send(String id, Audience audience) {
    assertThat(done(begin("default", id, audience))).isInstanceOf(BroadcastResult.Added.class);
  }

  private Refusal refusal(String id, Audience audience) {
    CompletionStage<BroadcastResult> sent = begin("default", id, audience);
    rig.settle();
    try {
      throw new AssertionError(sent.toCompletableFuture().join() + " (expected: a refusal)");
    } catch (CompletionException failure) {
      if (failure.getCause() instanceof RefusedException refused) {
        return refused.refusal();
      }
      throw failure;
    }
  }

  /** The next one must not wait for ever for one that threw. */
  public void aCallThatThrowsIsAFailureLikeAnyOther() {
    rig.log.inboxes.fail();
    var lost = begin("default", "b0", new Audience.All());
    rig.settle();
    assertThat(lost.toCompletableFuture()).isCompletedExceptionally();
    rig.log.inboxes.release();
    // The broadcasts are read again, which throws at once.
    rig.log.inboxes.throwOnce(new IllegalStateException("thrown by the test"));
    CompletionStage<BroadcastResult> failed = begin("default", "b1", new Audience.All());
    rig.settle();
    assertThat(failed.toCompletableFuture()).isCompletedExceptionally();
    rig.pass(RETRY);
    send("b2", new Audience.All());
    assertThat(find("b2")).isPresent();
  }

  /** Names that were collected before an erasure may be stored after it. */
  public void aBroadcastThatIsStoredAfterAnErasureForgetsTheUser() {
    rig.connect("eve", "early");
    rig.connect();
    rig.settle();
    rig.log.inboxes.holdCalls();
    CompletionStage<BroadcastResult> sent = begin("default", "b1", new Audience.Online(adaAnd(0)));
    rig.settle();
    done(rig.log.erase(new UserId("default", "ada")));
    CompletionStage<Void> forgotten = broadcasts.forget(new UserId("default", "ada"));
    rig.log.inboxes.release();
    rig.settle();
    assertThat(sent.toCompletableFuture()).isCompleted();
    assertThat(forgotten.toCompletableFuture()).isCompleted();
    assertThat(find("b1").orElseThrow().broadcast().audience())
        .isEqualTo(new Audience.Online(new TreeSet<>(Set.of("eve"))));
  }

  private static BroadcastKey key(String id) {
    return new BroadcastKey("default", new BroadcastId(id));
  }

  private Optional<BroadcastRecord> find(String id) {
    return done(broadcasts.find(key(id)));
  }

  public void whatIsOverMakesRoomForNames() {
    Audience many = new Audience.Users(adaAnd(MAX_NAMES - 1));
    send("all", new Audience.All());
    for (int i = 1; i <= FULL; i++) {
      send("b" + i, many);
    }
    Refusal refused = refusal("b11", many);
    assertThat(refused.code().wire()).isEqualTo("quota_exceeded");
    assertThat(refused.message())
        .isEqualTo(
            "audience: 100000 names and 1000000 in earlier broadcasts"
                + " (expected: together at most 1000000: cancel some, or name tiers or all)");
    send("more", new Audience.All());
    assertThat(done(begin("other", "b11", many))).isInstanceOf(BroadcastResult.Added.class);
    done(broadcasts.cancel(key("b3"), null));
    send("b11", many);
    assertThat(find("b3")).isEmpty();
    assertThat(find("b1")).isPresent();
    rig.connect();
    rig.settle();
    send("b12", many);
    assertThat(find("b1")).isEmpty();
    assertThat(find("b2")).isPresent();
    assertThat(find("all")).isPresent();
  }

  /** All tenants' broadcasts wait for it. */
  public void aBroadcastWithoutRoomCostsOneRead() {
    Audience many = new Audience.Users(adaAnd(MAX_NAMES - 1));
    send("default", 1, FULL, many);
    rig.settle();
    int before = rig.log.inboxes.calledTimes();
    assertThat(refusal("b11", many).code().wire()).isEqualTo("quota_exceeded");
    assertThat(rig.log.inboxes.calledTimes() - before).isEqualTo(1);
  }

  private void send(String tenant, int from, int to, Audience audience) {
    for (int i = from; i <= to; i++) {
      assertThat(done(begin(tenant, "b" + i, audience))).isInstanceOf(BroadcastResult.Added.class);
    }
  }

  /** Another tenant's broadcasts make room only when they are over. */
  public void aTenantHoldsNoMoreNamesThanAreLeftForAll() {
    Audience many = new Audience.Users(adaAnd(MAX_NAMES - 1));
    send("one", 1, FULL, many);
    send("two", 1, FULL / 2, many);
    send("default", 1, 3, many);
    Refusal refused = refusal("b4", many);
    assertThat(refused.code().wire()).isEqualTo("quota_exceeded");
    assertThat(refused.message())
        .isEqualTo(
            "audience: 100000 names and 300000 in earlier broadcasts (expected: together no more"
                + " than are left of 2000000: cancel some, name tiers or all, or send it later)");
    send("all", new Audience.All());
    for (String id : List.of("b3", "b4")) {
      done(broadcasts.cancel(new BroadcastKey("two", new BroadcastId(id)), null));
    }
    send("b4", many);
    for (String id : List.of("b3", "b4")) {
      assertThat(done(broadcasts.find(new BroadcastKey("two", new BroadcastId(id))))).isEmpty();
    }
  }

  public void aTenantHoldsNoMoreBroadcastsThanAreLeftForAll() {
    for (int tenant = 1; tenant <= 9; tenant++) {
      send("t" + tenant, 1, 1_000, new Audience.All());
    }
    send("default", 1, 500, new Audience.All());
    Refusal refused = refusal("b501", new Audience.All());
    assertThat(refused.message())
        .isEqualTo(
            "broadcasts: 500 of the tenant (expected: no more than are left of 10000: cancel some)");
    done(broadcasts.cancel(new BroadcastKey("t9", new BroadcastId("b7")), null));
    send("default", 501, 501, new Audience.All());
    send("another", 1, 250, new Audience.All());
  }

  public void aBroadcastIsKeptUntilNoInboxHasIt() {
    send("b1", new Audience.All());
    rig.pass(Broadcasts.DEFAULT_TTL.plus(RETENTION).minusHours(1));
    assertThat(find("b1")).isPresent();
    rig.pass(Duration.ofHours(2));
    assertThat(find("b1")).isEmpty();
    send("b1", new Audience.All());
  }

  public void aListThatIsTooLongIsRefused() {
    Refusal refused = refusal("b1", new Audience.Users(adaAnd(MAX_NAMES)));
    assertThat(refused.code().wire()).isEqualTo("invalid_argument");
    assertThat(refused.message())
        .isEqualTo(
            "audience.users: 100001 names (expected: at most 100000, or an audience of all or of tiers)");
    assertThat(refused.field()).isEqualTo("/audience/users");
  }

  /** The commits of others wait after those of a round, not after those of all users. */
  public void aBoundedNumberOfUsersIsAtWorkAtOnce() {
    for (int i = 0; i < 200; i++) {
      rig.connect("user-" + i, "early");
    }
    rig.settle();
    send("b1", new Audience.All());
    rig.settle();
    rig.log.inboxes.holdAnswers();
    var sent = begin("default", "b2", new Audience.Tiers(new TreeSet<>(Set.of("early"))));
    rig.settle();
    rig.log.inboxes.release();
    assertThat(sent).isNotNull();
    rig.log.inboxes.holdCalls();
    rig.pass(Duration.ofSeconds(1));
    // One more than the users of a round: the count of the audience.
    assertThat(rig.log.inboxes.held()).isBetween(64, 66);
    rig.log.inboxes.release();
    rig.pass(Duration.ofSeconds(1));
    assertThat(find("b2").orElseThrow().status().reached()).isEqualTo(200);
  }

  public void oneOfManyFailuresReadsAgain() {
    rig.log.inboxes.fail();
    for (int i = 1; i <= FULL; i++) {
      assertThat(begin("default", "b" + i, new Audience.All())).isNotNull();
      rig.settle();
    }
    int before = rig.log.inboxes.failed();
    rig.pass(RETRY.multipliedBy(3));
    assertThat(rig.log.inboxes.failed() - before).isEqualTo(3);
    rig.log.inboxes.release();
    rig.pass(RETRY);
    send("b1", new Audience.All());
  }

  public void aCountThatMeetsDamageLetsTheNextOneBegin() {
    rig.log.inboxes.holdCalls();
    CompletionStage<BroadcastResult> damaged = begin("default", "b1", new Audience.All());
    rig.settle();
    rig.log.inboxes.release();
    rig.log.inboxes.failWith(new DamagedRecordException("inbox: 1 bytes (expected: more)"));
    done(damaged);
    rig.log.inboxes.release();
    send("b2", new Audience.All());
    assertThat(find("b2").orElseThrow().status().addressed()).hasValue(1);
    rig.pass(RETRY);
    assertThat(find("b1").orElseThrow().status().addressed()).isEmpty();
  }
}
