package dev.parley.gateway.log;

import static dev.parley.gateway.log.Commits.ADA;
import static dev.parley.gateway.log.Commits.R1;
import static dev.parley.gateway.log.Commits.R2;
import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.T2;
import static dev.parley.gateway.log.Commits.append;
import static dev.parley.gateway.log.Commits.bodies;
import static dev.parley.gateway.log.Commits.chat;
import static dev.parley.gateway.log.Commits.end;
import static dev.parley.gateway.log.Commits.stamp;
import static dev.parley.gateway.log.Commits.start;
import static dev.parley.gateway.log.Commits.startOrQueue;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/** Nothing of deleted threads and erased users is left, and no epoch is used again. */
@Test(groups = "unit")
public class DeletionContractTest extends EventLogContract {

  private static final UserId EVE = new UserId("default", "eve");
  private static final CommandStamp C1 = stamp("c1", 1);

  @Factory(dataProvider = "stores")
  public DeletionContractTest(StoreKind store) {
    super(store);
  }

  public void aDeletedThreadIsEmptyAndHasANewEpoch() {
    Epoch before = epoch();
    commit(start(T1, C1, R1));
    commit(end(T1, R1));
    Epoch fresh = deleted(T1);
    assertThat(fresh).isNotEqualTo(before);
    assertThat(await(log.head(T1))).isEqualTo(ThreadHead.unborn(fresh));
    assertThat(read(T1, 0, WHOLE).events()).isEmpty();
    assertThat(await(log.run(ADA, R1))).isEmpty();
  }

  public void aDeletedThreadStartsAgainFromOne() {
    commit(append(T1, "a", "b"));
    Epoch fresh = deleted(T1);
    assertThat(commit(append(T1, "c"))).isEqualTo(new CommitResult.Committed(1, 1, fresh, false));
    assertThat(bodies(read(T1, 0, WHOLE))).containsExactly("c");
  }

  public void otherThreadsStay() {
    commit(append(T1, "a"));
    commit(start(T2, null, R2));
    Epoch before = epoch();
    deleted(T1);
    assertThat(bodies(read(T2, 0, WHOLE))).hasSize(2);
    assertThat(await(log.head(T2)).epoch()).isEqualTo(before);
    assertThat(await(log.run(ADA, R2))).isPresent();
  }

  public void noEpochOfAThreadIsUsedAgain() {
    Set<Epoch> seen = new HashSet<>();
    seen.add(epoch());
    for (int i = 0; i < 5; i++) {
      commit(append(T1, "a"));
      assertThat(seen.add(deleted(T1))).isTrue();
      commit(append(T1, "a"));
      await(log.erase(ADA));
      assertThat(seen.add(await(log.head(T1)).epoch())).isTrue();
    }
  }

  public void deletingAThreadWithoutEventsChangesNothing() {
    Epoch before = epoch();
    assertThat(deleted(T1)).isEqualTo(before);
    commit(append(T1, "a"));
    assertThat(deleted(T1)).isEqualTo(deleted(T1)).isNotEqualTo(before);
  }

  public void aBusyThreadIsNotDeleted() {
    commit(start(T1, null, R1));
    assertThat(await(log.delete(T1))).isEqualTo(new Deletion.InUse(R1));
    commit(startOrQueue(T1, C1, R2, 8));
    commit(end(T1, R1));
    assertThat(await(log.delete(T1))).isEqualTo(new Deletion.InUse(null));
    assertThat(await(log.head(T1)).head()).isEqualTo(4);
  }

  public void commandsOfADeletedThreadStayInTheLedger() {
    commit(chat(T1, C1));
    deleted(T1);
    assertThat(commit(chat(T1, C1))).isInstanceOf(CommitResult.Duplicate.class);
  }

  public void isDecidedInTheOrderOfCommits() {
    Epoch first = epoch();
    ManualClock.Hold held = holdCommitter();
    CompletionStage<CommitResult> before = log.commit(append(T1, "a"));
    CompletionStage<Deletion> deletion = log.delete(T1);
    CompletionStage<CommitResult> after = log.commit(append(T1, "b"));
    held.free();
    assertThat(await(before)).isEqualTo(new CommitResult.Committed(1, 1, first, false));
    Epoch fresh = ((Deletion.Deleted) await(deletion)).epoch();
    assertThat(fresh).isNotEqualTo(first);
    assertThat(await(after)).isEqualTo(new CommitResult.Committed(1, 1, fresh, false));
    assertThat(bodies(read(T1, 0, WHOLE))).containsExactly("b");
  }

  public void nothingOfAnErasedUserIsLeft() {
    commit(start(T1, C1, R1));
    commit(end(T1, R1));
    commit(append(T2, "a"));
    assertThat(await(log.erase(ADA))).isInstanceOf(Deletion.Deleted.class);
    assertThat(await(log.head(T1)).head()).isZero();
    assertThat(read(T2, 0, WHOLE).events()).isEmpty();
    assertThat(await(log.find(ADA, C1.id()))).isEmpty();
    assertThat(await(log.run(ADA, R1))).isEmpty();
    assertThat(await(log.threads(ADA, null, 10))).isEmpty();
    assertThat(await(log.users("default", null, 10))).doesNotContain(ADA);
  }

  public void everyThreadOfAnErasedUserHasANewEpoch() {
    commit(append(T1, "a"));
    Epoch deleted = deleted(T1);
    Deletion erased = await(log.erase(ADA));
    Epoch fresh = await(log.head(T1)).epoch();
    assertThat(erased).isEqualTo(new Deletion.Deleted(fresh));
    assertThat(fresh).isNotIn(deleted, await(log.head(Commits.thread(EVE, "t1"))).epoch());
    assertThat(await(log.head(T2)).epoch()).isEqualTo(fresh);
    assertThat(commit(append(T2, "a"))).isEqualTo(new CommitResult.Committed(1, 1, fresh, false));
  }

  public void othersStayWhenAUserIsErased() {
    for (UserId near : new UserId[] {EVE, new UserId("default", "ad"), new UserId("d", "ada")}) {
      commit(chat(Commits.thread(near, "t1"), C1));
      await(log.erase(ADA));
      assertThat(read(Commits.thread(near, "t1"), 0, WHOLE).events()).hasSize(1);
      assertThat(await(log.find(near, C1.id()))).isPresent();
    }
  }

  public void aUserWithAnOpenRunIsNotErased() {
    commit(append(T1, "a"));
    commit(start(T2, null, R1));
    assertThat(await(log.erase(ADA))).isEqualTo(new Deletion.InUse(R1));
    assertThat(bodies(read(T1, 0, WHOLE))).containsExactly("a");
    commit(end(T2, R1));
    assertThat(await(log.erase(ADA))).isInstanceOf(Deletion.Deleted.class);
  }

  public void queuedCommandsAreErasedToo() {
    commit(start(T1, null, R1));
    commit(startOrQueue(T1, C1, R2, 8));
    commit(end(T1, R1));
    assertThat(await(log.erase(ADA))).isInstanceOf(Deletion.Deleted.class);
    assertThat(await(log.head(T1)).queue()).isEmpty();
  }

  public void nothingIsListedOfADeletedThread() {
    commit(append(T1, "a"));
    commit(append(T2, "a"));
    deleted(T1);
    assertThat(await(log.threads(ADA, null, 10)))
        .extracting(ThreadEntry::thread)
        .containsExactly(T2.thread());
  }

  public void aDeletedNameGetsALifeThatNoThreadOfTheUserHad() {
    Set<Epoch> seen = new HashSet<>();
    for (int i = 0; i < 5; i++) {
      commit(append(T1, "a"));
      commit(append(T2, "a"));
      seen.add(await(log.head(T1)).epoch());
      seen.add(await(log.head(T2)).epoch());
      deleted(T1);
      deleted(T2);
      assertThat(seen).doesNotContain(await(log.head(T1)).epoch(), await(log.head(T2)).epoch());
      assertThat(epoch()).isEqualTo(await(log.head(T1)).epoch());
    }
  }

  public void newThreadsOfOtherUsersKeepTheirEpoch() {
    Epoch before = await(log.head(Commits.thread(EVE, "t1"))).epoch();
    commit(append(T1, "a"));
    deleted(T1);
    assertThat(await(log.head(Commits.thread(EVE, "t1"))).epoch()).isEqualTo(before);
  }

  public void livesOfOneBatchFollowEachOther() {
    ManualClock.Hold held = holdCommitter();
    List<CompletionStage<CommitResult>> commits = new ArrayList<>();
    List<CompletionStage<Deletion>> deletions = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      RunId run = new RunId("r_" + i);
      commits.add(log.commit(start(T1, null, run)));
      commits.add(log.commit(end(T1, run)));
      deletions.add(log.delete(T1));
    }
    held.free();
    Set<CommitResult> births = new HashSet<>();
    for (int i = 0; i < 8; i += 2) {
      assertThat(births.add(await(commits.get(i)))).isTrue();
    }
    assertThat(deletions.stream().map(EventLogContract::await).distinct()).hasSize(4);
    for (int i = 0; i < 4; i++) {
      assertThat(await(log.run(ADA, new RunId("r_" + i)))).isEmpty();
    }
    assertThat(read(T1, 0, WHOLE).events()).isEmpty();
  }

  private Epoch deleted(ThreadKey thread) {
    return ((Deletion.Deleted) await(log.delete(thread))).epoch();
  }
}
