package dev.parley.gateway.log;

import static dev.parley.gateway.log.Commits.ADA;
import static dev.parley.gateway.log.Commits.R1;
import static dev.parley.gateway.log.Commits.R2;
import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.T2;
import static dev.parley.gateway.log.Commits.append;
import static dev.parley.gateway.log.Commits.end;
import static dev.parley.gateway.log.Commits.say;
import static dev.parley.gateway.log.Commits.stamp;
import static dev.parley.gateway.log.Commits.start;
import static dev.parley.gateway.log.Commits.startOrQueue;
import static dev.parley.gateway.log.Commits.startQueued;
import static dev.parley.gateway.log.Commits.thread;
import static dev.parley.gateway.log.Commits.title;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.Title;
import dev.parley.gateway.protocol.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/** Pages of the threads of a user and of the users of a tenant. */
@Test(groups = "unit")
public class ListContractTest extends EventLogContract {

  private static final List<String> NAMES =
      List.of("a", "b", "aa", "ab", "t1", "t10", "t2", "Z", "x".repeat(64));
  private static final ThreadKey T3 = thread(ADA, "t3");

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

  public void threadsOfOneTimeAreSortedByLengthAndName() {
    NAMES.forEach(name -> commit(append(thread(ADA, name), "a")));
    List<String> order = List.of("Z", "a", "b", "aa", "ab", "t1", "t2", "t10", "x".repeat(64));
    assertThat(names(4)).isEqualTo(order);
    commit(append(thread(ADA, "t10"), "b"));
    assertThat(names(100)).isEqualTo(order);
  }

  public void theNewestActivityComesFirst() {
    later(append(T1, "a"));
    later(append(T2, "a"));
    later(append(T3, "a"));
    assertThat(names(2)).containsExactly("t3", "t2", "t1");
    later(append(T1, "b"));
    assertThat(names(2)).containsExactly("t1", "t3", "t2");
    later(title(T2, null, "Sums"));
    assertThat(names(1)).containsExactly("t2", "t1", "t3");
    later(start(T3, null, R1));
    later(append(T1, "c"));
    later(end(T3, R1));
    assertThat(names(9)).containsExactly("t3", "t1", "t2");
  }

  public void whatAnAgentSaysMovesNothing() {
    later(start(T1, null, R1));
    later(append(T2, "a"));
    long activity = await(log.head(T1)).activityMillis();
    later(say(T1, R1, "a", "b"));
    assertThat(names(9)).containsExactly("t2", "t1");
    ThreadHead head = await(log.head(T1));
    assertThat(head.activityMillis()).isEqualTo(activity).isLessThan(head.lastMillis());
  }

  public void aQueuedMessageIsActivityAndItsStartIsNot() {
    CommandStamp queued = stamp("c1", 1);
    later(start(T1, null, R1));
    later(append(T2, "a"));
    later(startOrQueue(T1, queued, R2, 8));
    assertThat(names(9)).containsExactly("t1", "t2");
    later(append(T2, "b"));
    later(end(T1, R1));
    later(append(T2, "c"));
    later(startQueued(T1, queued, R2));
    assertThat(names(9)).containsExactly("t2", "t1");
  }

  public void theLastTitleCounts() {
    later(append(T1, "a"));
    assertThat(await(log.head(T1)).title()).isNull();
    later(title(T1, stamp("c1", 1), "Sums"));
    later(title(T1, stamp("c2", 1), "Clocks é"));
    later(append(T1, "b"));
    assertThat(await(log.threads(ADA, null, 5)))
        .extracting(entry -> entry.head().title())
        .containsExactly(new Title("Clocks é"));
    await(log.delete(T1));
    later(append(T1, "a"));
    assertThat(await(log.head(T1)).title()).isNull();
  }

  /** While it pages, a client misses no thread but those that moved to the top meanwhile. */
  public void aThreadThatMovesBetweenTwoPagesLeavesTheOthersWhereTheyAre() {
    for (int i = 1; i <= 6; i++) {
      later(append(thread(ADA, "t" + i), "a"));
    }
    List<ThreadEntry> first = await(log.threads(ADA, null, 2));
    assertThat(first).extracting(entry -> entry.thread().value()).containsExactly("t6", "t5");
    later(append(thread(ADA, "t3"), "b"));
    later(append(thread(ADA, "t5"), "b"));
    await(log.delete(thread(ADA, "t2")));
    ListPosition after = first.get(1).position();
    assertThat(await(log.threads(ADA, after, 9)))
        .extracting(entry -> entry.thread().value())
        .containsExactly("t4", "t1");
    assertThat(names(2)).containsExactly("t5", "t3", "t6", "t4", "t1");
  }

  private void later(Commit commit) {
    clock.advance(Duration.ofMillis(1));
    assertThat(commit(commit)).isInstanceOf(CommitResult.Committed.class);
  }

  private List<String> names(int limit) {
    List<String> names = new ArrayList<>();
    ListPosition after = null;
    List<ThreadEntry> page;
    do {
      page = await(log.threads(ADA, after, limit));
      assertThat(page).hasSizeLessThanOrEqualTo(limit);
      for (ThreadEntry entry : page) {
        names.add(entry.thread().value());
        after = entry.position();
      }
    } while (!page.isEmpty());
    return names;
  }

  public void aPageContinuesAfterADeletedThread() {
    NAMES.forEach(name -> later(append(thread(ADA, name), "a")));
    ThreadEntry third = await(log.threads(ADA, null, 9)).get(2);
    List<String> order = names(100);
    await(log.delete(new ThreadKey(ADA, third.thread())));
    ListPosition after = third.position();
    assertThat(await(log.threads(ADA, after, 1)).get(0).thread().value()).isEqualTo(order.get(3));
    assertThat(names(100)).hasSize(NAMES.size() - 1).doesNotContain(third.thread().value());
  }

  public void anEntryHasTheHead() {
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
