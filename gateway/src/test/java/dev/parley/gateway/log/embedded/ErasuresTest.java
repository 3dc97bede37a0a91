package dev.parley.gateway.log.embedded;

import static dev.parley.gateway.log.Commits.ADA;
import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.T2;
import static dev.parley.gateway.log.Commits.append;
import static dev.parley.gateway.log.EventLogContract.await;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.Audience;
import dev.parley.gateway.log.Broadcast;
import dev.parley.gateway.log.BroadcastKey;
import dev.parley.gateway.log.Commits;
import dev.parley.gateway.log.Deletion;
import dev.parley.gateway.log.InboxAppend;
import dev.parley.gateway.log.InboxRules;
import dev.parley.gateway.log.LogExecutor;
import dev.parley.gateway.log.StoreWatch;
import dev.parley.gateway.log.embedded.Erasures.ErasurePlan;
import dev.parley.gateway.protocol.BroadcastId;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.Notice;
import dev.parley.gateway.protocol.NotificationId;
import dev.parley.gateway.protocol.Priority;
import dev.parley.gateway.protocol.UserId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** What changes between the reading of what is to be erased and the erasure. */
@Test(groups = "unit")
public class ErasuresTest {

  private static final UserId NOBODY = new UserId("default", "nobody");

  private CommitterRig rig;

  @BeforeMethod(alwaysRun = true)
  public void open() {
    rig = new CommitterRig();
  }

  @AfterMethod(alwaysRun = true)
  public void close() throws IOException {
    rig.close();
  }

  private static BroadcastKey key(String id) {
    return new BroadcastKey("default", new BroadcastId(id));
  }

  private static Broadcast broadcast(String id, String... names) {
    return new Broadcast(
        key(id),
        0,
        new NotificationId("n_" + id),
        new Audience.Users(new TreeSet<>(Set.of(names))),
        new Notice("Title", "body", null, Priority.NORMAL),
        1,
        null,
        60_001);
  }

  private void submit(Broadcast broadcast) {
    rig.queue.submit(
        0,
        (state, now) -> {
          InboxRules.add(state.inboxes(), broadcast.key());
          state.inboxes().add(broadcast.key(), InboxValues.encode(broadcast));
          return true;
        });
  }

  private void store(Broadcast... broadcasts) {
    List.of(broadcasts).forEach(this::submit);
    rig.run();
  }

  private Set<String> names(String id) {
    return ((Audience.Users)
            rig.readers().inboxes().record(key(id)).orElseThrow().broadcast().audience())
        .subjects();
  }

  /** What an eraser reads while the committer goes on. */
  private ErasurePlan planOf(UserId user, BatchState state) {
    state.watch(user);
    return new ErasurePlan(
        user,
        rig.readers().inboxes().withoutName(user),
        rig.readers().eraser(rig.store).erasure(user));
  }

  private CompletionStage<Deletion> erase(ErasurePlan plan) {
    return rig.queue.submitAlone((state, now) -> state.erase(plan, null, now));
  }

  public void anErasureReadsNoBroadcastWhileCommitsWait() {
    for (int i = 0; i < 200; i++) {
      store(broadcast("b" + i, "ada", "eve"));
    }
    BatchState state = rig.state();
    ErasurePlan plan = planOf(NOBODY, state);
    CompletionStage<Deletion> erased = erase(plan);
    long before = rig.store.reads();
    rig.run(state);
    assertThat(rig.store.reads() - before).isLessThan(100);
    assertThat(await(erased)).isInstanceOf(Deletion.Deleted.class);
  }

  public void anErasureReadsNoThreadWhileCommitsWait() {
    for (int i = 0; i < 200; i++) {
      rig.queue.submit(append(Commits.thread(ADA, "t" + i), "a"));
    }
    rig.run();
    BatchState state = rig.state();
    ErasurePlan plan = planOf(ADA, state);
    erase(plan);
    long before = rig.store.reads();
    rig.run(state);
    assertThat(rig.store.reads() - before).isLessThan(100);
    assertThat(entriesOf(ADA)).isEmpty();
  }

  /** Where something of the user is, by key. */
  private List<ColumnFamily> entriesOf(UserId user) {
    List<ColumnFamily> found = new ArrayList<>();
    for (ColumnFamily family : ColumnFamily.values()) {
      rig.store.scan(
          family,
          (key, value) ->
              !new String(key, ISO_8859_1).contains(user.subject()) || found.add(family));
    }
    return found;
  }

  @DataProvider
  public static Object[][] changes() {
    Consumer<CommitQueue> another = queue -> queue.submit(append(T2, "b"));
    Consumer<CommitQueue> more = queue -> queue.submit(append(T1, "b"));
    Consumer<CommitQueue> deletion = queue -> queue.submit((state, now) -> state.delete(T1, now));
    return new Object[][] {{another}, {more}, {deletion}, {another.andThen(deletion)}};
  }

  @Test(dataProvider = "changes")
  public void whatIsCommittedAfterTheReadingIsErasedToo(Consumer<CommitQueue> change) {
    rig.queue.submit(append(T1, "a"));
    rig.run();
    Epoch first = rig.reader().head(T1).epoch();
    BatchState state = rig.state();
    ErasurePlan plan = planOf(ADA, state);
    change.accept(rig.queue);
    CompletionStage<Deletion> erased = erase(plan);
    rig.run(state);
    assertThat(await(erased)).isInstanceOf(Deletion.Deleted.class);
    assertThat(entriesOf(ADA)).isEmpty();
    assertThat(rig.reader().head(T1).epoch()).isNotEqualTo(first);
  }

  /** As compaction and retention do it. */
  public void whatIsTrimmedAfterTheReadingIsReadAgain() throws RocksDBException {
    rig.queue.submit(append(T1, "a"));
    rig.run();
    BatchState state = rig.state();
    ErasurePlan plan = planOf(ADA, state);
    ErasurePlan wrong =
        new ErasurePlan(ADA, plan.broadcasts(), new Eraser.Erasure(ADA, 7, Set.of(), List.of()));
    try (WriteBatch batch = new WriteBatch()) {
      state.put(T1, state.head(T1), batch);
      rig.store.write(batch);
    }
    erase(wrong);
    rig.run(state);
    assertThat(entriesOf(ADA)).isEmpty();
  }

  /** It may have lost what maintenance had written. */
  public void aStoreThatWasOpenedAfterTheReadingIsReadAgain() {
    rig.queue.submit(append(T1, "a"));
    rig.run();
    BatchState state = rig.state();
    ErasurePlan plan = planOf(ADA, state);
    state.reset();
    erase(new ErasurePlan(ADA, plan.broadcasts(), new Eraser.Erasure(ADA, 7, Set.of(), List.of())));
    rig.run(state);
    assertThat(entriesOf(ADA)).isEmpty();
  }

  public void whatIsStoredAfterTheReadingForgetsTheUserToo() {
    store(broadcast("b1", "ada", "eve"), broadcast("b2", "eve"));
    BatchState state = rig.state();
    ErasurePlan plan = planOf(ADA, state);
    submit(broadcast("b3", "ada", "bob"));
    erase(plan);
    rig.run(state);
    assertThat(names("b1")).containsExactly("eve");
    assertThat(names("b2")).containsExactly("eve");
    assertThat(names("b3")).containsExactly("bob");
  }

  public void whatIsRemovedAfterTheReadingStaysRemoved() {
    store(broadcast("b1", "ada", "eve"));
    BatchState state = rig.state();
    ErasurePlan plan = planOf(ADA, state);
    rig.queue.submit(0, (now, moment) -> now.inboxes().remove(key("b1")));
    erase(plan);
    rig.run(state);
    assertThat(rig.store.get(ColumnFamily.BROADCASTS, Keys.broadcast(key("b1")))).isEmpty();
  }

  public void aNameThatWasForgottenAfterTheReadingStaysForgotten() {
    store(broadcast("b1", "ada", "bob", "eve"));
    BatchState state = rig.state();
    ErasurePlan plan = planOf(ADA, state);
    Broadcast without = broadcast("b1", "ada", "eve");
    rig.queue.submit(
        0,
        (now, moment) -> {
          now.inboxes().add(without.key(), InboxValues.encode(without));
          return true;
        });
    erase(plan);
    rig.run(state);
    assertThat(names("b1")).containsExactly("eve");
  }

  /** The broadcast is not on the disk when the decision is made. */
  public void aNameIsForgottenInABroadcastOfTheSameBatch() {
    BatchState state = rig.state();
    ErasurePlan plan = planOf(ADA, state);
    submit(broadcast("b1", "ada", "eve"));
    rig.queue.submitRemoval((now, moment) -> forget(plan, now));
    rig.run(state);
    assertThat(names("b1")).containsExactly("eve");
  }

  private static boolean forget(ErasurePlan plan, BatchState state) {
    state.forgetNames(plan);
    return true;
  }

  /** After another watch, or too many changes, nobody knows what has changed. */
  public void aPlanThatIsNotWatchedIsNotBelieved() {
    store(broadcast("b1", "ada", "eve"), broadcast("b2", "ada", "eve"));
    BatchState state = rig.state();
    ErasurePlan plan = new ErasurePlan(ADA, Map.of(), null);
    state.watch(NOBODY);
    submit(broadcast("b3", "ada", "eve"));
    rig.queue.submitRemoval((now, moment) -> forget(plan, now));
    rig.run(state);
    for (String id : List.of("b1", "b2", "b3")) {
      assertThat(names(id)).containsExactly("eve");
    }
  }

  public void tooManyChangesEndTheWatch() {
    ErasureWatch watch = new ErasureWatch();
    watch.begin(ADA);
    for (int i = 0; i <= ErasureWatch.MAX_BROADCASTS; i++) {
      assertThat(watch.isWatching(ADA)).isTrue();
      watch.changed(key("b" + i));
    }
    assertThat(watch.isWatching(ADA)).isFalse();
    assertThat(watch.broadcasts()).isEmpty();
  }

  /** Its seqs begin at 1 again: what a sweep has found before is at the same places. */
  public void aSweepThatMeetsAnErasureDeletesNothingOfTheNextLife() {
    arrive();
    store(broadcast("b1", "ada"));
    receive(0, 1, broadcast("b1", "ada").at(1));
    rig.queue.submit(0, (state, now) -> state.inboxes().remove(key("b1")));
    rig.run();
    store(broadcast("b2", "ada"));
    BatchState state = rig.state();
    CompletionStage<Deletion> erased = erase(new ErasurePlan(ADA, Map.of(), null));
    arrive();
    receive(2, 3, broadcast("b2", "ada").at(2));
    FairReadQueue readers = new FairReadQueue(LogExecutor.pool("test-reader", 1, 1), 1);
    CompletionStage<Boolean> swept = inboxes(readers, state).sweep();
    readers.close();
    rig.run(state);
    assertThat(await(erased)).isInstanceOf(Deletion.Deleted.class);
    assertThat(await(swept)).isTrue();
    assertThat(rig.readers().inboxes().received(ADA, 0, 1)).hasSize(1);
  }

  private void arrive() {
    rig.queue.submit(0, (state, now) -> InboxRules.arrive(state.inboxes(), ADA, "early", false));
  }

  private void receive(long from, long to, Broadcast broadcast) {
    InboxAppend.Notified only = InboxAppend.Notified.of(broadcast, Commits.event("a"));
    InboxAppend append = new InboxAppend(ADA, from, to, List.of(only));
    FairReadQueue readers = new FairReadQueue(LogExecutor.pool("test-reader", 1, 1), 1);
    var ignored = inboxes(readers, rig.state()).append(append);
    readers.close();
  }

  private EmbeddedInboxes inboxes(FairReadQueue readers, BatchState state) {
    return inboxes(rig, readers, state);
  }

  static EmbeddedInboxes inboxes(CommitterRig rig, FairReadQueue readers, BatchState state) {
    InboxReader reader = rig.readers().inboxes();
    return new EmbeddedInboxes(
        rig.queue,
        readers,
        reader,
        new ReceivedSweep(rig.store, reader, new DamagedRecords(StoreWatch.NONE)),
        new Erasures(rig.queue, rig.readers().eraser(rig.store), reader, state.inboxes()::erasures),
        StoreWatch.NONE);
  }
}
