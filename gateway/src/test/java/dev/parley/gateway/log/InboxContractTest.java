package dev.parley.gateway.log;

import static dev.parley.gateway.log.Commits.ADA;
import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.bodies;
import static dev.parley.gateway.log.Commits.event;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.Recipient.RecipientPage;
import dev.parley.gateway.protocol.BroadcastId;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.Notice;
import dev.parley.gateway.protocol.NotificationId;
import dev.parley.gateway.protocol.Priority;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/** Inboxes, the directory of users, and broadcasts. */
@Test(groups = "unit")
public class InboxContractTest extends EventLogContract {

  private static final ThreadKey INBOX = new ThreadKey(ADA, ThreadId.INBOX);
  private static final UserId EVE = new UserId("default", "eve");
  private static final UserId STRANGER = new UserId("other", "ada");
  private static final Notice NOTICE = new Notice("Hi", "Ada", "/x", Priority.HIGH);

  @Factory(dataProvider = "stores")
  public InboxContractTest(StoreKind store) {
    super(store);
  }

  private static Broadcast broadcast(String id, Audience audience) {
    return broadcast(id, "n_" + id, audience);
  }

  private static Broadcast broadcast(String id, String notification, Audience audience) {
    return new Broadcast(
        new BroadcastKey("default", new BroadcastId(id)),
        0,
        new NotificationId(notification),
        audience,
        NOTICE,
        1,
        60L,
        60_001);
  }

  private static SortedSet<String> names(String... names) {
    return new TreeSet<>(Set.of(names));
  }

  private Broadcast add(String id, Audience audience) {
    return added(broadcast(id, audience));
  }

  private Broadcast added(Broadcast asked) {
    return ((BroadcastResult.Added) await(log.inboxes().add(asked))).broadcast();
  }

  private Broadcast addForAll(String id) {
    return add(id, new Audience.All());
  }

  private InboxState arrive(UserId user, String tier) {
    return await(log.inboxes().arrive(user, tier, false));
  }

  private Optional<CommitResult.Committed> append(UserId user, long from, Broadcast... all) {
    List<InboxAppend.Notified> notifications = new ArrayList<>();
    for (Broadcast each : all) {
      String id = each.key().id().value();
      notifications.add(InboxAppend.Notified.of(each, event(id)));
    }
    long to = all[all.length - 1].position();
    return await(log.inboxes().append(new InboxAppend(user, from, to, notifications)));
  }

  private BroadcastStatus status(Broadcast broadcast) {
    return await(log.inboxes().find(broadcast.key())).orElseThrow().status();
  }

  public void theFirstThatReachedEverybodyIsFound() {
    arrive(ADA, "early");
    arrive(EVE, "early");
    Broadcast first = addForAll("b1");
    Broadcast second = addForAll("b2");
    Broadcast third = addForAll("b3");
    List<BroadcastKey> keys = Stream.of(first, second, third).map(Broadcast::key).toList();
    await(log.inboxes().counted(first.key(), 2));
    await(log.inboxes().counted(third.key(), 2));
    append(ADA, 0, first, second, third);
    assertThat(await(log.inboxes().firstComplete(keys))).isEmpty();
    append(EVE, 0, second, third);
    assertThat(await(log.inboxes().firstComplete(keys)))
        .as("b2 is not counted")
        .contains(third.key());
    await(log.inboxes().counted(second.key(), 2));
    assertThat(await(log.inboxes().firstComplete(keys))).contains(second.key());
    await(log.inboxes().remove(second.key()));
    assertThat(await(log.inboxes().firstComplete(keys))).contains(third.key());
    assertThat(await(log.inboxes().firstComplete(List.of()))).isEmpty();
  }

  private List<UserId> recipients(Broadcast broadcast) {
    RecipientPage page = await(log.inboxes().recipients(broadcast, null, 100, false));
    assertThat(page.next()).isNull();
    return page.recipients().stream().map(Recipient::user).toList();
  }

  public void aUserIsInTheDirectoryFromTheFirstArrivalOn() {
    assertThat(await(log.inboxes().find(ADA))).isEmpty();
    InboxState first = arrive(ADA, "early");
    assertThat(first.tier()).isEqualTo("early");
    assertThat(await(log.inboxes().find(ADA))).contains(first);
    assertThat(arrive(ADA, "early")).isEqualTo(first);
    assertThat(await(log.inboxes().find(STRANGER))).isEmpty();
  }

  public void theTierCountsThatTheUserHadThen() {
    arrive(ADA, "early");
    Broadcast first = addForAll("b1");
    assertThat(arrive(ADA, "mid").tierAt(first.position())).isEqualTo("early");
    Broadcast second = addForAll("b2");
    assertThat(arrive(ADA, "enterprise").tierAt(second.position())).isEqualTo("mid");
    for (int i = 0; i < 2 * InboxState.MAX_TIERS; i++) {
      arrive(ADA, "tier-" + i);
    }
    InboxState state = await(log.inboxes().find(ADA)).orElseThrow();
    assertThat(state.tiers()).hasSize(InboxState.MAX_TIERS);
    assertThat(state.since()).isZero();
  }

  public void appendsOnceAndMovesTheMarkInOneWrite() {
    arrive(ADA, "early");
    Broadcast one = addForAll("b1");
    Broadcast two = addForAll("b2");
    assertThat(append(ADA, 0, one, two))
        .hasValueSatisfying(
            done -> assertThat(List.of(done.first(), done.last())).containsExactly(1L, 2L));
    assertThat(append(ADA, 0, one, two)).isEmpty();
    assertThat(append(ADA, 1, two)).isEmpty();
    assertThat(bodies(read(INBOX, 0, WHOLE))).containsExactly("b1", "b2");
    assertThat(await(log.inboxes().find(ADA)).orElseThrow().seen()).isEqualTo(two.position());
    assertThat(status(one).reached()).isEqualTo(1);
  }

  public void appendsNothingForAUserWhoIsNotKnown() {
    Broadcast one = addForAll("b1");
    assertThat(append(ADA, 0, one)).isEmpty();
    assertThat(await(log.head(INBOX)).head()).isZero();
  }

  public void appendsNothingThatWasCancelledOrRemoved() {
    arrive(ADA, "early");
    Broadcast one = addForAll("b1");
    Broadcast two = addForAll("b2");
    assertThat(await(log.inboxes().cancel(one.key())).orElseThrow().status().isCancelled())
        .isTrue();
    assertThat(append(ADA, 0, one)).isEmpty();
    assertThat(append(ADA, 0, one, two)).isEmpty();
    assertThat(await(log.inboxes().remove(two.key()))).isTrue();
    assertThat(await(log.inboxes().remove(two.key()))).isFalse();
    assertThat(append(ADA, 0, two)).isEmpty();
    assertThat(await(log.inboxes().find(two.key()))).isEmpty();
    assertThat(await(log.head(INBOX)).head()).isZero();
  }

  public void whatWasRemovedCountsForNoLaterOneOfTheSameId() {
    arrive(ADA, "early");
    Broadcast first = addForAll("b1");
    append(ADA, 0, first);
    await(log.inboxes().remove(first.key()));
    Broadcast second = added(broadcast("b1", "n_again", new Audience.All()));
    advance(ADA, 1, 1);
    assertThat(status(second)).isEqualTo(counts(second, 0, 0, 0));
    assertThat(seqOf(second)).isNull();
    List<InboxAppend.Notified> old = List.of(InboxAppend.Notified.of(first, event("b1")));
    assertThat(await(log.inboxes().append(new InboxAppend(ADA, 1, 2, old)))).isEmpty();
    append(ADA, 1, second);
    assertThat(status(second)).isEqualTo(counts(second, 1, 0, 0));
    assertThat(seqOf(second)).isEqualTo(2L);
    advance(ADA, 2, 2);
    assertThat(status(second)).isEqualTo(counts(second, 1, 1, 1));
  }

  public void aSweepLeavesWhatIsKept() {
    arrive(ADA, "early");
    Broadcast removed = addForAll("b1");
    Broadcast kept = addForAll("b2");
    append(ADA, 0, removed, kept);
    await(log.inboxes().remove(removed.key()));
    sweepAll();
    assertThat(seqOf(kept)).isEqualTo(2L);
    advance(ADA, 2, 1);
    assertThat(status(kept)).isEqualTo(counts(kept, 1, 1, 0));
    sweepAll();
    assertThat(seqOf(kept)).isEqualTo(2L);
  }

  private void sweepAll() {
    while (await(log.inboxes().sweep())) {
      assertThat(log).isNotNull();
    }
  }

  public void theMarksRiseAndTheReceiptCountsEachUserOnce() {
    arrive(ADA, "early");
    arrive(EVE, "early");
    Broadcast one = addForAll("b1");
    Broadcast two = addForAll("b2");
    append(ADA, 0, one, two);
    append(EVE, 0, one);
    advance(ADA, 1, 0);
    assertThat(status(one)).isEqualTo(counts(one, 2, 1, 0));
    assertThat(status(two)).isEqualTo(counts(two, 1, 0, 0));
    advance(ADA, 1, 0);
    advance(ADA, 0, 2);
    assertThat(status(one)).isEqualTo(counts(one, 2, 1, 1));
    assertThat(status(two)).isEqualTo(counts(two, 1, 1, 1));
    advance(ADA, 1, 1);
    advance(EVE, 1, 1);
    assertThat(status(one)).isEqualTo(counts(one, 2, 2, 2));
    InboxState ada = await(log.inboxes().find(ADA)).orElseThrow();
    assertThat(List.of(ada.delivered(), ada.acknowledged())).containsExactly(2L, 2L);
  }

  private void advance(UserId user, long delivered, long acknowledged) {
    assertThat(await(log.inboxes().advance(user, delivered, acknowledged))).isPresent();
  }

  private static BroadcastStatus counts(
      Broadcast of, long reached, long delivered, long acknowledged) {
    return new BroadcastStatus(
        of.position(), OptionalLong.empty(), reached, delivered, acknowledged, false);
  }

  public void whatSharesABatchIsCountedAsWhatDoesNot() {
    arrive(ADA, "early");
    Broadcast one = addForAll("b1");
    Broadcast two = addForAll("b2");
    ManualClock.Hold hold = holdCommitter();
    var appended =
        log.inboxes()
            .append(
                new InboxAppend(
                    ADA,
                    0,
                    2,
                    List.of(
                        InboxAppend.Notified.of(one, event("b1")),
                        InboxAppend.Notified.of(two, event("b2")))));
    var advanced = log.inboxes().advance(ADA, 2, 1);
    var counted = log.inboxes().counted(one.key(), 7);
    hold.free();
    assertThat(await(appended)).isPresent();
    assertThat(await(advanced)).isPresent();
    assertThat(await(counted)).isPresent();
    assertThat(status(one)).isEqualTo(new BroadcastStatus(1, OptionalLong.of(7), 1, 1, 1, false));
    assertThat(status(two)).isEqualTo(counts(two, 1, 1, 0));
  }

  public void anIdIsTakenOnceInATenant() {
    Broadcast first = addForAll("b1");
    assertThat(first.position()).isEqualTo(1);
    assertThat(await(log.inboxes().add(broadcast("b1", "n_2", new Audience.All()))))
        .isEqualTo(new BroadcastResult.Known(first));
    assertThat(await(log.inboxes().add(broadcast("b1", "n_2", new Audience.Tiers(Set.of("mid"))))))
        .isEqualTo(new BroadcastResult.Conflict());
    Broadcast online = add("b2", new Audience.Online(names("ada")));
    assertThat(await(log.inboxes().add(broadcast("b2", "n_3", new Audience.Online(names("eve"))))))
        .isEqualTo(new BroadcastResult.Known(online));
    assertThat(online.position()).isEqualTo(2);
    assertThat(await(log.inboxes().all()).stream().map(BroadcastRecord::broadcast))
        .containsExactly(first, online);
  }

  /** As after a failed sync, when the batch was on the disk nevertheless. */
  public void anAdditionThatIsDecidedAgainIsAnAddition() {
    Broadcast first = addForAll("b1");
    assertThat(addForAll("b1")).isEqualTo(first);
    assertThat(await(log.inboxes().all())).hasSize(1);
    assertThat(addForAll("b2").position()).isEqualTo(2);
  }

  public void addressesTheUsersWhoWereThereByTheirTierThen() {
    arrive(ADA, "mid");
    arrive(EVE, "early");
    arrive(STRANGER, "mid");
    Broadcast all = addForAll("all");
    Broadcast mid = add("mid", new Audience.Tiers(Set.of("mid")));
    Broadcast named = add("named", new Audience.Users(names("eve", "nobody", "late")));
    arrive(ADA, "early");
    arrive(EVE, "mid");
    arrive(new UserId("default", "late"), "mid");
    assertThat(recipients(all)).containsExactlyInAnyOrder(ADA, EVE);
    assertThat(recipients(mid)).containsExactly(ADA);
    assertThat(recipients(named)).containsExactly(EVE);
  }

  private static Broadcast ofProcess(String id) {
    return new Broadcast(
        BroadcastKey.ofProcess(new BroadcastId(id)),
        0,
        new NotificationId("n_" + id),
        new Audience.Operators(),
        NOTICE,
        1,
        60L,
        60_001);
  }

  private InboxState arriveAsOperator(UserId user) {
    return await(log.inboxes().arrive(user, "early", true));
  }

  public void operatorsAreThoseWhoWereAndStillAre() {
    arriveAsOperator(ADA);
    arriveAsOperator(STRANGER);
    arrive(EVE, "early");
    Broadcast sent =
        ((BroadcastResult.Added) await(log.inboxes().add(ofProcess("a1")))).broadcast();
    InboxState eve = arriveAsOperator(EVE);
    InboxState stranger = await(log.inboxes().find(STRANGER)).orElseThrow();
    assertThat(sent.isAddressedTo("ada", stranger)).as("of another tenant").isTrue();
    assertThat(sent.isAddressedTo("eve", eve)).as("an operator too late").isFalse();
    InboxState ada = await(log.inboxes().find(ADA)).orElseThrow();
    assertThat(sent.isAddressedTo("ada", ada)).isTrue();
    assertThat(sent.isAddressedTo("ada", arrive(ADA, "early"))).as("no more").isFalse();
    assertThat(sent.isAddressedTo("ada", arriveAsOperator(ADA))).as("again, later").isFalse();
  }

  public void whoReadsABroadcastOfTheProcessIsNotCounted() {
    arriveAsOperator(ADA);
    Broadcast sent =
        ((BroadcastResult.Added) await(log.inboxes().add(ofProcess("a1")))).broadcast();
    Broadcast own = addForAll("a1");
    assertThat(append(ADA, 0, sent, own)).isPresent();
    assertThat(append(ADA, 0, sent, own)).as("once").isEmpty();
    advance(ADA, 2, 2);
    assertThat(status(sent)).isEqualTo(counts(sent, 1, 0, 0));
    assertThat(status(own)).isEqualTo(counts(own, 1, 1, 1));
  }

  public void alertsAreKeptByName() {
    FiringAlert disk = new FiringAlert("disk", 7, 0.95, 0.9, "full", false);
    FiringAlert agent = new FiringAlert("agent.x", 8, Double.NaN, 1e300, "ä", true);
    assertThat(await(log.inboxes().alerts())).isEmpty();
    await(log.inboxes().put(disk));
    await(log.inboxes().put(agent));
    await(log.inboxes().put(disk.told()));
    arriveAsOperator(ADA);
    if (store != StoreKind.MEMORY) {
      InboxState ada = await(log.inboxes().find(ADA)).orElseThrow();
      reopen(QueueBound.DEFAULT_BYTES);
      assertThat(await(log.inboxes().find(ADA))).contains(ada);
      assertThat(ada.isOperator()).isTrue();
    }
    assertThat(await(log.inboxes().alerts())).containsExactlyInAnyOrder(agent, disk.told());
    assertThat(await(log.inboxes().removeAlert("agent.x"))).isEqualTo("agent.x");
    await(log.inboxes().removeAlert("nothing"));
    assertThat(await(log.inboxes().alerts())).containsExactly(disk.told());
  }

  public void recipientsComeInPages() {
    for (int i = 0; i < 25; i++) {
      arrive(new UserId("default", "user-" + i), i % 2 == 0 ? "mid" : "early");
    }
    Broadcast mid = add("mid", new Audience.Tiers(Set.of("mid")));
    append(new UserId("default", "user-4"), 0, mid);
    List<Recipient> found = new ArrayList<>();
    UserId after = null;
    do {
      RecipientPage page = await(log.inboxes().recipients(mid, after, 4, true));
      found.addAll(page.recipients());
      after = page.next();
    } while (after != null);
    assertThat(found).hasSize(13).extracting(Recipient::user).doesNotHaveDuplicates();
    assertThat(found)
        .filteredOn(each -> each.seq() != null)
        .singleElement()
        .satisfies(each -> assertThat(each.user().subject()).isEqualTo("user-4"));
  }

  public void theInboxIsNoConversation() {
    arrive(ADA, "early");
    append(ADA, 0, addForAll("b1"));
    commit(Commits.append(T1, "hello"));
    assertThat(await(log.threads(ADA, null, 10)).stream().map(ThreadEntry::thread))
        .containsExactly(T1.thread());
  }

  public void seqsGoOnWhenEverythingHasExpired() {
    reopen(Retention.DEFAULT);
    arrive(ADA, "early");
    append(ADA, 0, addForAll("b1"));
    Epoch epoch = await(log.head(INBOX)).epoch();
    clock.advance(Duration.ofDays(30));
    settle();
    ThreadHead head = await(log.head(INBOX));
    assertThat(read(INBOX, 0, WHOLE).events()).isEmpty();
    assertThat(List.of(head.oldest(), head.head())).containsExactly(2L, 1L);
    assertThat(append(ADA, 1, addForAll("b2")).orElseThrow())
        .isEqualTo(new CommitResult.Committed(2, 2, epoch, false));
  }

  public void whatWasRemovedBeforeAnySocketHadItIsNotDelivered() {
    reopen(Retention.DEFAULT);
    arrive(ADA, "early");
    Broadcast removed = addForAll("b1");
    append(ADA, 0, removed);
    clock.advance(Duration.ofDays(30));
    settle();
    Broadcast kept = addForAll("b2");
    append(ADA, 1, kept);
    advance(ADA, 2, 2);
    assertThat(status(removed)).isEqualTo(counts(removed, 1, 0, 0));
    assertThat(status(kept)).isEqualTo(counts(kept, 1, 1, 1));
  }

  public void anErasedUserIsForgottenByABroadcastThatCameLater() {
    await(log.erase(ADA));
    Broadcast one = add("b1", new Audience.Users(names("ada", "eve")));
    await(log.inboxes().forget(ADA));
    assertThat(await(log.inboxes().find(one.key())).orElseThrow().broadcast().audience())
        .isEqualTo(new Audience.Users(names("eve")));
  }

  public void nothingOfAnErasedUserIsLeft() {
    arrive(ADA, "early");
    Broadcast one = addForAll("b1");
    append(ADA, 0, one);
    advance(ADA, 1, 1);
    assertThat(await(log.erase(ADA))).isInstanceOf(Deletion.Deleted.class);
    assertThat(await(log.inboxes().find(ADA))).isEmpty();
    assertThat(await(log.inboxes().advance(ADA, 1, 1))).isEmpty();
    assertThat(recipients(one)).isEmpty();
    assertThat(await(log.head(INBOX)).head()).isZero();
    assertThat(arrive(ADA, "early").since()).isEqualTo(one.position());
    assertThat(status(one)).isEqualTo(counts(one, 1, 1, 1));
  }

  public void everythingIsThereAfterAReopening() {
    if (store == StoreKind.MEMORY) {
      return;
    }
    arrive(ADA, "early");
    InboxState before = arrive(ADA, "mid");
    Broadcast one = add("b1", new Audience.Users(names("ada")));
    Broadcast two = add("b2", new Audience.Tiers(Set.of("mid", "early")));
    append(ADA, 0, one);
    advance(ADA, 1, 1);
    await(log.inboxes().counted(one.key(), 1));
    await(log.inboxes().cancel(two.key()));
    List<BroadcastRecord> all = await(log.inboxes().all());
    InboxState state = await(log.inboxes().find(ADA)).orElseThrow();
    reopen(QueueBound.DEFAULT_BYTES);
    assertThat(await(log.inboxes().all())).isEqualTo(all);
    assertThat(await(log.inboxes().find(ADA))).contains(state);
    assertThat(state.tiers()).isEqualTo(before.tiers());
    assertThat(addForAll("b3").position()).isEqualTo(3);
    assertThat(seqOf(one)).isEqualTo(1L);
  }

  private @Nullable Long seqOf(Broadcast broadcast) {
    return await(log.inboxes().recipients(broadcast, null, 10, true)).recipients().get(0).seq();
  }
}
