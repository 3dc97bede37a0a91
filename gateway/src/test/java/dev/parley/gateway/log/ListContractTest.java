package dev.parley.gateway.log;

import static dev.parley.gateway.log.Commits.ADA;
import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.append;
import static dev.parley.gateway.log.Commits.thread;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/** The threads of a user and the users of a tenant, page by page. */
@Test(groups = "unit")
public class ListContractTest extends EventLogContract {

  private static final List<String> NAMES =
      List.of("a", "b", "aa", "ab", "t1", "t10", "t2", "Z", "x".repeat(64));

  @Factory(dataProvider = "stores")
  public ListContractTest(StoreKind store) {
    super(store);
  }

  public void everyThreadIsOnOnePage() {
    NAMES.forEach(name -> commit(append(thread(ADA, name), "a")));
    commit(append(thread(new UserId("default", "eve"), "of-eve"), "a"));
    for (int limit = 1; limit <= NAMES.size() + 1; limit++) {
      assertThat(names(limit)).containsExactlyInAnyOrderElementsOf(NAMES);
    }
  }

  public void threadsComeByNameShorterOnesFirstWhateverHappensInThem() {
    NAMES.forEach(name -> commit(append(thread(ADA, name), "a")));
    List<String> order = List.of("Z", "a", "b", "aa", "ab", "t1", "t2", "t10", "x".repeat(64));
    assertThat(names(4)).isEqualTo(order);
    commit(append(thread(ADA, "t10"), "b"));
    assertThat(names(100)).isEqualTo(order);
  }

  private List<String> names(int limit) {
    List<String> names = new ArrayList<>();
    ThreadId after = null;
    List<ThreadEntry> page;
    do {
      page = await(log.threads(ADA, after, limit));
      assertThat(page).hasSizeLessThanOrEqualTo(limit);
      for (ThreadEntry entry : page) {
        names.add(entry.thread().value());
        after = entry.thread();
      }
    } while (!page.isEmpty());
    return names;
  }

  public void aPageGoesOnBehindAThreadThatIsGone() {
    NAMES.forEach(name -> commit(append(thread(ADA, name), "a")));
    List<String> order = names(100);
    ThreadId third = new ThreadId(order.get(2));
    await(log.delete(new ThreadKey(ADA, third)));
    assertThat(await(log.threads(ADA, third, 1)).get(0).thread().value()).isEqualTo(order.get(3));
    assertThat(names(100)).hasSize(NAMES.size() - 1).doesNotContain(third.value());
  }

  public void anEntryTellsTheHead() {
    commit(append(T1, "a", "b"));
    assertThat(await(log.threads(ADA, null, 5)))
        .containsExactly(new ThreadEntry(T1.thread(), await(log.head(T1))));
  }

  public void everyUserOfTheTenantIsOnOnePage() {
    List<UserId> users = new ArrayList<>();
    for (String name : NAMES) {
      users.add(new UserId("acme", name));
      commit(append(thread(new UserId("acme", name), "t1"), "a"));
      commit(append(thread(new UserId("acm", "e" + name), "t1"), "a"));
    }
    for (int limit = 1; limit <= NAMES.size() + 1; limit++) {
      assertThat(users(limit)).containsExactlyInAnyOrderElementsOf(users);
    }
    assertThat(await(log.users("nobody", null, 5))).isEmpty();
  }

  private List<UserId> users(int limit) {
    List<UserId> all = new ArrayList<>();
    @Nullable UserId after = null;
    List<UserId> page;
    do {
      page = await(log.users("acme", after, limit));
      all.addAll(page);
      after = page.isEmpty() ? null : page.get(page.size() - 1);
    } while (!page.isEmpty());
    return all;
  }

  public void aUserWhoseThreadsAreAllDeletedStays() {
    commit(append(T1, "a"));
    await(log.delete(T1));
    assertThat(await(log.users("default", null, 5))).containsExactly(ADA);
  }
}
