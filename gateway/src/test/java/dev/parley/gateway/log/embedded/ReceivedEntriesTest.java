package dev.parley.gateway.log.embedded;

import static dev.parley.gateway.log.Commits.ADA;
import static dev.parley.gateway.log.Commits.event;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.Audience;
import dev.parley.gateway.log.Broadcast;
import dev.parley.gateway.log.BroadcastKey;
import dev.parley.gateway.log.BroadcastRecord;
import dev.parley.gateway.log.BroadcastResult;
import dev.parley.gateway.log.Deletion;
import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.InboxAppend;
import dev.parley.gateway.log.QueueBound;
import dev.parley.gateway.log.Recipient;
import dev.parley.gateway.log.StoreKind;
import dev.parley.gateway.protocol.BroadcastId;
import dev.parley.gateway.protocol.Notice;
import dev.parley.gateway.protocol.NotificationId;
import dev.parley.gateway.protocol.Priority;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.testng.annotations.Test;

/** The entries on the disk that say which broadcast is where in an inbox. */
@Test(groups = "unit")
public class ReceivedEntriesTest extends EventLogContract {

  /** More than one step of a sweep. */
  private static final int USERS = 2_500;

  public ReceivedEntriesTest() {
    super(StoreKind.EMBEDDED);
  }

  private Broadcast add(String id) {
    Broadcast asked =
        new Broadcast(
            new BroadcastKey("default", new BroadcastId(id)),
            0,
            new NotificationId("n_" + id),
            new Audience.All(),
            new Notice("Title", "body", null, Priority.NORMAL),
            1,
            null,
            60_001);
    return ((BroadcastResult.Added) await(log.inboxes().add(asked))).broadcast();
  }

  private static UserId user(int number) {
    return new UserId("default", "user-" + number);
  }

  private void arriveAll() {
    List<CompletionStage<?>> arrivals = new ArrayList<>();
    for (int i = 0; i < USERS; i++) {
      arrivals.add(log.inboxes().arrive(user(i), "early", false));
    }
    arrivals.forEach(EventLogContract::await);
  }

  private void appendToAll(Broadcast broadcast) {
    List<CompletionStage<?>> appends = new ArrayList<>();
    long before = broadcast.position() - 1;
    for (int i = 0; i < USERS; i++) {
      InboxAppend.Notified notified = InboxAppend.Notified.of(broadcast, event("b"));
      appends.add(
          log.inboxes()
              .append(new InboxAppend(user(i), before, broadcast.position(), List.of(notified))));
    }
    appends.forEach(EventLogContract::await);
  }

  /** Both come into the inbox of Ada, which was empty. */
  private void received(Broadcast first, Broadcast second) {
    List<InboxAppend.Notified> both =
        List.of(
            InboxAppend.Notified.of(first, event("b")),
            InboxAppend.Notified.of(second, event("b")));
    await(log.inboxes().append(new InboxAppend(ADA, 0, 2, both)));
  }

  /** The numbers of entries by seq and by broadcast. */
  private List<Long> entries() {
    log.close();
    try (DamagedStore files = new DamagedStore(folder)) {
      return List.of(files.count(ColumnFamily.RECEIVED), files.count(ColumnFamily.RECEIVED_AT));
    } finally {
      log = store.open(folder, clock, QueueBound.DEFAULT_BYTES);
    }
  }

  public void theEntriesOfARemovedBroadcastAreDeletedInSteps() {
    arriveAll();
    Broadcast first = add("b1");
    appendToAll(first);
    Broadcast second = add("b2");
    appendToAll(second);
    assertThat(entries()).containsExactly(2L * USERS, 2L * USERS);
    await(log.inboxes().remove(first.key()));
    int steps = 1;
    while (await(log.inboxes().sweep())) {
      steps++;
    }
    assertThat(steps).isBetween(USERS / 1_000, USERS / 1_000 + 2);
    assertThat(entries()).containsExactly((long) USERS, (long) USERS);
    Recipient one = await(log.inboxes().recipients(second, null, 1, true)).recipients().get(0);
    assertThat(one.seq()).isEqualTo(2);
    await(log.inboxes().remove(second.key()));
    while (await(log.inboxes().sweep())) {
      assertThat(log).isNotNull();
    }
    assertThat(entries()).containsExactly(0L, 0L);
  }

  public void anErasureDeletesThemToo() {
    await(log.inboxes().arrive(ADA, "early", false));
    Broadcast one = add("b1");
    InboxAppend.Notified notified = InboxAppend.Notified.of(one, event("b"));
    await(log.inboxes().append(new InboxAppend(ADA, 0, 1, List.of(notified))));
    assertThat(entries()).containsExactly(1L, 1L);
    await(log.erase(ADA));
    assertThat(entries()).containsExactly(0L, 0L);
  }

  public void aUserWithADamagedEntryIsErasedToo() {
    await(log.inboxes().arrive(ADA, "early", false));
    Broadcast one = add("b1");
    InboxAppend.Notified notified = InboxAppend.Notified.of(one, event("b"));
    await(log.inboxes().append(new InboxAppend(ADA, 0, 1, List.of(notified))));
    log.close();
    try (DamagedStore files = new DamagedStore(folder)) {
      files.destroyReceived(ADA);
    } finally {
      log = store.open(folder, clock, QueueBound.DEFAULT_BYTES);
    }
    assertThat(await(log.erase(ADA))).isInstanceOf(Deletion.Deleted.class);
    assertThat(entries()).containsExactly(0L, 0L);
  }

  /** Its position is not known: what may belong to it is kept, and it is counted once. */
  public void theEntriesOfABroadcastWhoseCountsAreDamagedAreKept() {
    await(log.inboxes().arrive(ADA, "early", false));
    Broadcast damaged = add("b1");
    Broadcast removed = add("b2");
    received(damaged, removed);
    log.close();
    try (DamagedStore files = new DamagedStore(folder)) {
      files.cutReceipt(damaged.key());
    }
    RecordingWatch watch = new RecordingWatch();
    log = watch.open(folder, 0);
    await(log.inboxes().remove(removed.key()));
    for (int pass = 0; pass < 2; pass++) {
      while (await(log.inboxes().sweep())) {
        assertThat(log).isNotNull();
      }
    }
    assertThat(watch.told).containsOnlyOnce("damaged");
    assertThat(entries()).containsExactly(1L, 1L);
    assertThat(await(log.inboxes().recipients(damaged, null, 1, true)).recipients().get(0).seq())
        .isEqualTo(1);
  }

  public void aStoreOfFormatEightGetsThePositions() {
    await(log.inboxes().arrive(ADA, "early", false));
    Broadcast removed = add("b1");
    Broadcast kept = add("b2");
    received(removed, kept);
    await(log.inboxes().remove(removed.key()));
    List<BroadcastRecord> before = await(log.inboxes().all());
    log.close();
    try (DamagedStore files = new DamagedStore(folder)) {
      files.forgetPositions();
    }
    log = store.open(folder, clock, QueueBound.DEFAULT_BYTES);
    assertThat(await(log.inboxes().all())).isEqualTo(before);
    assertThat(entries()).containsExactly(1L, 1L);
    Recipient ada = await(log.inboxes().recipients(kept, null, 1, true)).recipients().get(0);
    assertThat(ada.seq()).isEqualTo(2);
    await(log.inboxes().advance(ADA, 2, 2));
    assertThat(await(log.inboxes().find(kept.key())).orElseThrow().status().acknowledged())
        .isEqualTo(1);
  }
}
