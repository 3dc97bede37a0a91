package dev.parley.gateway.log;

import static dev.parley.gateway.log.Commits.ADA;
import static dev.parley.gateway.log.Commits.R1;
import static dev.parley.gateway.log.Commits.R2;
import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.T2;
import static dev.parley.gateway.log.Commits.chat;
import static dev.parley.gateway.log.Commits.end;
import static dev.parley.gateway.log.Commits.say;
import static dev.parley.gateway.log.Commits.stamp;
import static dev.parley.gateway.log.Commits.start;
import static dev.parley.gateway.log.Commits.startOrQueue;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.CommitResult.QuotaExceeded;
import dev.parley.gateway.log.CommitResult.QuotaType;
import dev.parley.gateway.protocol.UserId;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/** No user stores more than the quota of the commit allows, except for ends of runs. */
@Test(groups = "unit")
public class QuotaContractTest extends EventLogContract {

  /** The usage of an event of ten bytes. */
  private static final long TEN = 10 + Usage.RECORD;

  private static final String BODY = "0123456789";

  @Factory(dataProvider = "stores")
  public QuotaContractTest(StoreKind store) {
    super(store);
  }

  private static Commit within(Commit commit, long bytes, long threads) {
    return new Commit(
        commit.thread(),
        commit.command(),
        commit.expectation(),
        commit.events(),
        commit.run(),
        new Quota(bytes, threads));
  }

  private CommitResult append(ThreadKey thread, long bytes, long threads) {
    return commit(within(Commits.append(thread, BODY), bytes, threads));
  }

  public void acceptsExactlyTheQuotaOfBytes() {
    assertThat(append(T1, 2 * TEN, 9)).isEqualTo(committed(1, 1));
    assertThat(append(T1, 2 * TEN - 1, 9))
        .isEqualTo(new QuotaExceeded(QuotaType.STORED_BYTES, TEN, 2 * TEN - 1));
    assertThat(append(T1, 2 * TEN, 9)).isEqualTo(committed(2, 2));
    assertThat(append(T2, 2 * TEN, 9)).isInstanceOf(QuotaExceeded.class);
    assertThat(append(Commits.thread(new UserId("default", "eve"), "t1"), 2 * TEN, 9))
        .isInstanceOf(CommitResult.Committed.class);
  }

  public void acceptsNoThreadAboveTheQuota() {
    assertThat(append(T1, 1000, 1)).isEqualTo(committed(1, 1));
    assertThat(append(T2, 1000, 1)).isEqualTo(new QuotaExceeded(QuotaType.THREADS, 1, 1));
    assertThat(append(T1, 1000, 1)).isEqualTo(committed(2, 2));
    assertThat(await(log.head(T2)).head()).isZero();
    assertThat(await(log.threads(ADA, null, 9))).hasSize(1);
  }

  public void aDeletedThreadFreesItsQuota() {
    append(T1, TEN, 1);
    assertThat(append(T2, TEN, 1)).isInstanceOf(QuotaExceeded.class);
    await(log.delete(T1));
    assertThat(append(T2, TEN, 1)).isInstanceOf(CommitResult.Committed.class);
    assertThat(append(T1, TEN, 1)).isInstanceOf(QuotaExceeded.class);
    await(log.erase(ADA));
    assertThat(append(T1, TEN, 1)).isInstanceOf(CommitResult.Committed.class);
  }

  /** What an open run has stored counts, although its commits do not write the usage. */
  public void anOpenRunCountsAfterARestart() {
    commit(Commits.start(T1, null, Commits.R1));
    commit(Commits.say(T1, Commits.R1, BODY));
    if (store != StoreKind.MEMORY) {
      reopen(QueueBound.DEFAULT_BYTES);
    }
    long used = await(log.usage(ADA)).bytes();
    assertThat(append(T2, used + TEN - 1, 9))
        .isEqualTo(new QuotaExceeded(QuotaType.STORED_BYTES, used, used + TEN - 1));
    assertThat(append(T2, used + TEN, 9)).isInstanceOf(CommitResult.Committed.class);
  }

  public void commitsOfOneWriteAreCountedOneByOne() {
    ManualClock.Hold held = holdCommitter();
    List<CompletionStage<CommitResult>> stages =
        IntStream.range(0, 5)
            .mapToObj(
                i ->
                    log.commit(
                        within(Commits.append(Commits.thread(ADA, "n" + i), BODY), 3 * TEN, 9)))
            .toList();
    held.free();
    assertThat(stages.stream().map(EventLogContract::await))
        .filteredOn(CommitResult.Committed.class::isInstance)
        .hasSize(2);
    assertThat(await(log.usage(ADA)).threads()).isEqualTo(3);
  }

  public void endsOfRunsAreAlwaysAccepted() {
    commit(start(T1, null, R1));
    assertThat(commit(within(say(T1, R1, BODY), 1, 1))).isInstanceOf(QuotaExceeded.class);
    assertThat(commit(within(end(T1, R1), 1, 0))).isEqualTo(committed(3, 3));
    assertThat(await(log.openRuns())).isEmpty();
  }

  public void aQueuedMessageCountsItsStoredBytes() {
    commit(start(T1, null, R1));
    long used = await(log.usage(ADA)).bytes();
    Commit queued = startOrQueue(T1, stamp("c1", 1), R2, 8);
    long more = (long) "queued".length() + Usage.RECORD;
    assertThat(commit(within(queued, used + more - 1, 9))).isInstanceOf(QuotaExceeded.class);
    assertThat(commit(within(queued, used + more, 9))).isInstanceOf(CommitResult.Committed.class);
  }

  public void anAcceptedCommandIsADuplicateAboveTheQuotaToo() {
    commit(chat(T1, stamp("c1", 1)));
    assertThat(commit(within(chat(T1, stamp("c1", 1)), 1, 0)))
        .isInstanceOf(CommitResult.Duplicate.class);
    assertThat(commit(within(chat(T1, stamp("c1", 2)), 1, 0)))
        .isInstanceOf(CommitResult.Conflict.class);
    assertThat(commit(within(chat(T1, stamp("c2", 1)), 1, 9))).isInstanceOf(QuotaExceeded.class);
    assertThat(await(log.find(ADA, stamp("c2", 1).id()))).isEmpty();
  }
}
