package dev.parley.gateway.log;

import static dev.parley.gateway.log.Commits.ADA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.BroadcastId;
import dev.parley.gateway.protocol.Notice;
import dev.parley.gateway.protocol.NotificationId;
import dev.parley.gateway.protocol.Priority;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/** The audit log: its order, its pages, and what is stored together with a change. */
@Test(groups = "unit")
public class AuditContractTest extends EventLogContract {

  private static final UserId EVE = new UserId("acme", "eve");

  @Factory(dataProvider = "stores")
  public AuditContractTest(StoreKind store) {
    super(store);
  }

  private static AuditEntry entry(long number) {
    return entry(number, "acme");
  }

  private static AuditEntry entry(long number, String tenant) {
    return new AuditEntry(
        number, 5 * number, EVE, null, "act", tenant, "ada", null, null, AuditEntry.BEGUN);
  }

  private void put(AuditEntry entry) {
    await(log.audit().put(entry));
  }

  private List<Long> numbers(@Nullable String tenant, int limit) {
    List<Long> numbers = new ArrayList<>();
    Long before = Long.MAX_VALUE;
    while (before != null) {
      AuditPage page = await(log.audit().read(EVE, tenant, before, limit));
      assertThat(page.entries()).hasSizeLessThanOrEqualTo(limit);
      page.entries().forEach(each -> numbers.add(each.number()));
      before = page.next();
    }
    return numbers;
  }

  private List<AuditEntry> all() {
    return await(log.audit().read(EVE, null, Long.MAX_VALUE, 100)).entries();
  }

  public void theNewestIsTheFirst() {
    assertThat(all()).isEmpty();
    put(entry(3));
    put(entry(1));
    put(entry(Long.MAX_VALUE - 1));
    assertThat(all()).containsExactly(entry(Long.MAX_VALUE - 1), entry(3), entry(1));
    assertThat(numbers(null, 1)).containsExactly(Long.MAX_VALUE - 1, 3L, 1L);
    assertThat(numbers(null, 2)).containsExactly(Long.MAX_VALUE - 1, 3L, 1L);
  }

  public void aRecordComesBackWhole() {
    AuditEntry whole =
        new AuditEntry(7, 8, EVE, "t-1", "act", "acme", "ada", "c_1", "because", "done");
    AuditEntry least = new AuditEntry(6, 8, EVE, null, "act", "acme", null, null, null, "done");
    put(whole);
    put(least);
    assertThat(all()).containsExactly(whole, least);
  }

  public void theOutcomeTakesThePlaceOfTheBeginning() {
    put(entry(1));
    put(entry(1).ended("done"));
    assertThat(all()).containsExactly(entry(1).ended("done"));
  }

  public void aTenantSeesWhatIsAboutIt() {
    for (int i = 1; i <= 9; i++) {
      put(entry(i, i % 3 == 0 ? "zoo" : "acme"));
    }
    assertThat(numbers("zoo", 2)).containsExactly(9L, 6L, 3L);
    assertThat(numbers("acme", 4)).containsExactly(8L, 7L, 5L, 4L, 2L, 1L);
    assertThat(numbers("none", 4)).isEmpty();
  }

  public void aPageIsTheSameWhileNewRecordsCome() {
    for (int i = 1; i <= 4; i++) {
      put(entry(i));
    }
    AuditPage first = await(log.audit().read(EVE, null, Long.MAX_VALUE, 2));
    put(entry(5));
    assertThat(first.next()).isEqualTo(3L);
    assertThat(await(log.audit().read(EVE, null, 3, 2)).entries())
        .containsExactly(entry(2), entry(1));
  }

  public void trimsByNumberAndByCount() {
    for (int i = 1; i <= 9; i++) {
      put(entry(i));
    }
    await(log.audit().trim(3, 100));
    assertThat(numbers(null, 100)).containsExactly(9L, 8L, 7L, 6L, 5L, 4L, 3L);
    await(log.audit().trim(1, 4));
    assertThat(numbers(null, 100)).containsExactly(9L, 8L, 7L, 6L);
    await(log.audit().trim(1, 4));
    assertThat(numbers(null, 100)).hasSize(4);
  }

  /** Whoever makes many records pushes out those of the own tenant only. */
  public void aTenantKeepsItsShare() {
    for (int i = 1; i <= 40; i++) {
      String tenant = i <= 2 ? "quiet" : i <= 20 ? "busy" : "loud";
      put(by(i, tenant));
    }
    await(log.audit().trim(1, 10));
    assertThat(numbers(null, 100)).containsExactly(40L, 39L, 38L, 37L, 20L, 19L, 18L, 17L, 2L, 1L);
    await(log.audit().trim(2, 5));
    assertThat(numbers(null, 100)).containsExactly(40L, 39L, 20L, 19L, 2L);
    await(log.audit().trim(50, 5));
    assertThat(numbers(null, 100)).isEmpty();
  }

  private static AuditEntry by(long number, String tenant) {
    UserId actor = new UserId(tenant, "eve");
    return new AuditEntry(
        number, 5 * number, actor, null, "act", "acme", "ada", null, null, AuditEntry.DONE);
  }

  public void onePageLooksAtALimitedNumberAndSaysThatThereAreMore() {
    put(entry(1, "zoo"));
    List<CompletionStage<Void>> puts = new ArrayList<>();
    for (int i = 2; i <= AuditLog.MAX_LOOKS + 1; i++) {
      puts.add(log.audit().put(entry(i)));
    }
    puts.forEach(EventLogContract::await);
    AuditPage page = await(log.audit().read(EVE, "zoo", Long.MAX_VALUE, 10));
    assertThat(page.entries()).isEmpty();
    assertThat(page.next()).isEqualTo(2L);
    assertThat(numbers("zoo", 10)).containsExactly(1L);
    assertThat(await(log.audit().newest())).isEqualTo(AuditLog.MAX_LOOKS + 1L);
  }

  private static Broadcast broadcast(String id, String title, String... users) {
    return new Broadcast(
        new BroadcastKey(ADA.tenant(), new BroadcastId(id)),
        0,
        new NotificationId("n_" + id + title),
        new Audience.Users(new TreeSet<>(List.of(users))),
        new Notice(title, "b", null, Priority.LOW),
        1,
        60L,
        60_001);
  }

  public void aBroadcastAndItsRecordAreOneWrite() {
    await(log.inboxes().add(broadcast("b1", "t", "x"), entry(1)));
    await(log.inboxes().add(broadcast("b1", "u", "x"), entry(2)));
    await(log.inboxes().cancel(broadcast("b1", "t", "x").key(), entry(3)));
    await(log.inboxes().cancel(broadcast("b2", "t", "x").key(), entry(4)));
    assertThat(all().stream().map(AuditEntry::outcome))
        .containsExactly("not_found", "done", "conflict", "done");
  }

  public void anErasureAndItsRecordAreOneWrite() {
    await(log.inboxes().arrive(ADA, "early", false));
    commit(Commits.append(Commits.T1, "a"));
    await(log.erase(ADA, entry(1)));
    assertThat(all()).containsExactly(entry(1).ended("done"));
    assertThat(await(log.inboxes().find(ADA))).isEmpty();
  }

  public void anErasedUserIsNamedInNoBroadcast() {
    await(log.inboxes().add(broadcast("b1", "t", ADA.subject(), "x")));
    await(log.inboxes().add(broadcast("b2", "t", ADA.subject())));
    await(log.inboxes().add(broadcast("b3", "t", "x")));
    await(log.erase(ADA));
    assertThat(await(log.inboxes().all()).stream().map(each -> each.broadcast().audience()))
        .containsExactly(users("x"), users(), users("x"));
  }

  private static Audience users(String... names) {
    return new Audience.Users(new TreeSet<>(List.of(names)));
  }
}
