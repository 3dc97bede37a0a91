package dev.parley.gateway.log.embedded;

import static dev.parley.gateway.log.Commits.ADA;
import static dev.parley.gateway.log.Commits.R1;
import static dev.parley.gateway.log.Commits.R2;
import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.T2;
import static dev.parley.gateway.log.Commits.append;
import static dev.parley.gateway.log.Commits.end;
import static dev.parley.gateway.log.Commits.stamp;
import static dev.parley.gateway.log.Commits.start;
import static dev.parley.gateway.log.EventLogContract.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.Commits;
import dev.parley.gateway.log.Deletion;
import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.Expectation;
import dev.parley.gateway.log.ExpiryClock;
import dev.parley.gateway.log.Generation;
import dev.parley.gateway.log.HookCounts;
import dev.parley.gateway.log.HookRequest;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.QueueBound;
import dev.parley.gateway.log.Retention;
import dev.parley.gateway.log.RunChange;
import dev.parley.gateway.log.RunHook;
import dev.parley.gateway.log.StoreConfig;
import dev.parley.gateway.log.StoreWatch;
import dev.parley.gateway.log.TextDeltas;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.UserId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The committer on the test's own thread: it works through the queue, then returns. */
@Test(groups = "unit")
public class CommitterTest {

  private static final Epoch EPOCH = new Epoch("e1");
  private static final Generation GENERATION = new Generation(EPOCH);

  private final LogException closed = new LogException("closed");

  private Path folder;
  private RocksStore store;
  private FailingDisk disk;
  private CommitQueue queue;

  @BeforeMethod(alwaysRun = true)
  public void openStore() throws IOException {
    folder = Files.createTempDirectory("parley-committer");
    store = RocksStore.open(folder, StoreConfig.DEFAULT_MEMORY);
    disk = new FailingDisk(store);
    queue = new CommitQueue(new QueueBound(QueueBound.DEFAULT_BYTES));
  }

  @AfterMethod(alwaysRun = true)
  public void closeStore() throws IOException {
    store.close();
    EventLogContract.deleteAll(folder);
  }

  public void allQueuedCommitsAreOneWrite() {
    List<CompletionStage<CommitResult>> stages = submit(100);
    queue.close(closed);
    run();
    int segments = 100 / (Retention.DEFAULT.records() / 128 + 1);
    assertThat(disk.writes).containsExactly(100 + segments + 5);
    assertThat(stages).allSatisfy(CommitterTest::isCommitted);
  }

  public void aLargeQueueBecomesSeveralWrites() {
    String large = "x".repeat(1 << 20);
    for (int i = 0; i < 12; i++) {
      queue.submit(append(T1, large));
    }
    queue.close(closed);
    run();
    // The second one moves the thread in the index: its head, the old entry and the new one.
    assertThat(disk.writes).containsExactly(21, 12);
  }

  public void nothingIsWrittenWhenEverythingIsRefused() {
    queue.submit(end(T1, R1));
    queue.close(closed);
    run();
    assertThat(disk.writes).isEmpty();
  }

  public void theIndexOfOpenRunsHoldsNoEndedOne() {
    List.of(start(T1, null, R1), start(T2, null, R2), end(T1, R1)).forEach(queue::submit);
    queue.close(closed);
    run();
    List<RunId> indexed = new ArrayList<>();
    store.scan(ColumnFamily.OPEN_RUNS, (key, value) -> indexed.add(Values.runId(value)));
    assertThat(indexed).containsExactly(R2);
  }

  public void aStageCompletesOnlyAfterTheWrite() {
    CompletionStage<CommitResult> stage = queue.submit(append(T1, "a"));
    queue.close(closed);
    disk.beforeWrite = () -> assertThat(stage.toCompletableFuture()).isNotDone();
    run();
    assertThat(stage.toCompletableFuture()).isCompleted();
  }

  public void aFailedWriteThatWasStoredIsFoundInTheReopenedStore() {
    disk.fates.add(FailingDisk.Fate.WRITTEN_BUT_FAILED);
    List<CompletionStage<CommitResult>> stages = submit(2);
    queue.close(closed);
    run();
    assertThat(disk.reopened).containsExactly("disk full");
    assertThat(disk.writes).hasSize(1);
    assertThat(results(stages)).containsExactly(committed(1), committed(2));
  }

  public void aFailedWriteThatWasLostIsDecidedAgain() {
    disk.fates.add(FailingDisk.Fate.LOST);
    List<CompletionStage<CommitResult>> stages = submit(2);
    queue.close(closed);
    run();
    assertThat(disk.writes).containsExactly(7, 7);
    assertThat(results(stages)).containsExactly(committed(1), committed(2));
  }

  public void seqsContinueAfterTheCommitsBeforeAFailure() {
    disk.fates.addAll(List.of(FailingDisk.Fate.WRITTEN, FailingDisk.Fate.LOST));
    queue.submit(append(T1, "x".repeat((int) CommitQueue.BATCH_BYTES)));
    CompletionStage<CommitResult> second = queue.submit(append(T1, "b"));
    queue.close(closed);
    run();
    assertThat(await(second)).isEqualTo(committed(2));
  }

  public void commitsFailWhenTheLogIsClosedBeforeItIsOpenAgain() {
    disk.fates.add(FailingDisk.Fate.LOST);
    disk.closing = true;
    CompletionStage<CommitResult> failed = queue.submit(append(T1, "a"));
    run();
    CompletionStage<CommitResult> later = queue.submit(append(T1, "c"));
    for (CompletionStage<CommitResult> stage : List.of(failed, later)) {
      assertThatThrownBy(() -> await(stage))
          .isInstanceOf(LogException.class)
          .hasMessage("log: closed by a failed write (expected: open): disk full");
    }
    assertThat(disk.writes).hasSize(1);
  }

  public void onALowDiskOnlyEndsOfRunsAreAccepted() {
    queue.submit(start(T1, stamp("c1", 1), R1));
    queue.close(closed);
    run();
    disk.share = -1;
    queue = new CommitQueue(new QueueBound(QueueBound.DEFAULT_BYTES));
    CompletionStage<CommitResult> refused = queue.submit(append(T1, "a"));
    CompletionStage<CommitResult> known = queue.submit(start(T1, stamp("c1", 1), R2));
    CompletionStage<CommitResult> end = queue.submit(end(T1, R1));
    queue.close(closed);
    run();
    assertThat(await(refused)).isEqualTo(new CommitResult.Overloaded());
    assertThat(await(known)).isInstanceOf(CommitResult.Duplicate.class);
    assertThat(await(end)).isEqualTo(committed(3));
  }

  public void deletionsShareTheWriteOfOtherCommits() {
    List<CompletionStage<CommitResult>> stages = submit(3);
    CompletionStage<Deletion> first = delete(T1);
    CompletionStage<Deletion> second = delete(T2);
    stages.add(queue.submit(append(T1, "b")));
    queue.close(closed);
    run();
    assertThat(disk.writes).hasSize(1);
    assertThat(await(first)).isEqualTo(new Deletion.Deleted(GENERATION.ofLife(1)));
    assertThat(await(second)).isEqualTo(new Deletion.Deleted(GENERATION.ofLife(1)));
    assertThat(await(stages.get(3)))
        .isEqualTo(new CommitResult.Committed(1, 1, GENERATION.ofLife(1), false));
  }

  public void aWriteHoldsFewDeletions() {
    int max = CommitterTask.DeletionTask.MAX_IN_BATCH;
    for (int i = 0; i < 2 * max; i++) {
      ThreadKey thread = Commits.thread(ADA, "t" + i);
      queue.submit(append(thread, "a"));
    }
    for (int i = 0; i < 2 * max; i++) {
      delete(Commits.thread(ADA, "t" + i));
    }
    queue.close(closed);
    run();
    assertThat(disk.writes).hasSizeBetween(2, 3);
  }

  public void aDeletionReadsNoRunOfAnotherThread() throws RocksDBException {
    List.of(start(T1, null, R1), end(T1, R1), start(T2, null, R2), end(T2, R2))
        .forEach(queue::submit);
    queue.close(closed);
    run();
    try (WriteBatch damage = new WriteBatch()) {
      damage.put(store.handle(ColumnFamily.RUNS), Keys.run(ADA, R2), new byte[] {9, 9});
      store.write(damage);
    }
    queue = new CommitQueue(new QueueBound(QueueBound.DEFAULT_BYTES));
    CompletionStage<Deletion> deletion = delete(T1);
    queue.close(closed);
    run();
    assertThat(await(deletion)).isInstanceOf(Deletion.Deleted.class);
    assertThat(store.get(ColumnFamily.RUNS, Keys.run(ADA, R1))).isEmpty();
    assertThat(store.get(ColumnFamily.RUNS, Keys.run(ADA, R2))).isPresent();
  }

  @Test(dataProvider = "failures")
  public void aDeletionWhoseWriteFailedHappensOnce(FailingDisk.Fate fate) {
    queue.submit(append(T1, "x".repeat((int) CommitQueue.BATCH_BYTES)));
    disk.fates.addAll(List.of(FailingDisk.Fate.WRITTEN, fate));
    CompletionStage<Deletion> deletion = delete(T1);
    CompletionStage<CommitResult> recreated = queue.submit(append(T1, "b"));
    CompletionStage<Deletion> again = delete(T1);
    queue.close(closed);
    run();
    assertThat(disk.reopened).hasSize(1);
    assertThat(await(deletion)).isEqualTo(new Deletion.Deleted(GENERATION.ofLife(1)));
    assertThat(await(recreated))
        .isEqualTo(new CommitResult.Committed(1, 1, GENERATION.ofLife(1), false));
    assertThat(await(again)).isEqualTo(new Deletion.Deleted(GENERATION.ofLife(2)));
    assertThat(reader().head(T1)).isEqualTo(ThreadHead.unborn(GENERATION.ofLife(2)));
  }

  @DataProvider
  public static Object[][] failures() {
    return new Object[][] {{FailingDisk.Fate.LOST}, {FailingDisk.Fate.WRITTEN_BUT_FAILED}};
  }

  public void nothingIsLeftOfThreadsThatAreWrittenAndDeleted() {
    for (int i = 0; i < 5; i++) {
      ThreadKey thread = Commits.thread(ADA, "t" + i);
      List.of(append(thread, "a"), start(thread, null, R1), end(thread, R1)).forEach(queue::submit);
      delete(thread);
    }
    queue.close(closed);
    run();
    List<String> left = new ArrayList<>();
    for (ColumnFamily family : ColumnFamily.values()) {
      store.scan(family, (key, value) -> left.add(family.name()));
    }
    assertThat(left).containsOnly("STORE", "USERS", "LIVES");
    assertThat(left.stream().filter("LIVES"::equals)).hasSize(1);
  }

  private CompletionStage<Deletion> delete(ThreadKey thread) {
    return queue.submit((state, now) -> state.delete(thread, now));
  }

  public void onAShortDiskUsersAboveTheShareAreRefused() {
    queue.submit(append(T1, "x".repeat(100)));
    queue.submit(start(T2, null, R1));
    queue.close(closed);
    run();
    disk.share = 300;
    queue = new CommitQueue(new QueueBound(QueueBound.DEFAULT_BYTES));
    CompletionStage<CommitResult> much = queue.submit(append(T1, "a"));
    CompletionStage<CommitResult> end = queue.submit(end(T2, R1));
    UserId eve = new UserId("default", "eve");
    CompletionStage<CommitResult> little = queue.submit(append(Commits.thread(eve, "t1"), "a"));
    queue.close(closed);
    run();
    assertThat(await(much)).isEqualTo(new CommitResult.Overloaded());
    assertThat(await(end)).isInstanceOf(CommitResult.Committed.class);
    assertThat(await(little)).isInstanceOf(CommitResult.Committed.class);
  }

  @DataProvider
  public static Object[][] fates() {
    return Stream.of(FailingDisk.Fate.values())
        .map(fate -> new Object[] {fate})
        .toArray(Object[][]::new);
  }

  @Test(dataProvider = "fates")
  public void aHookThatIsKeptIsCountedWhateverTheWriteSaid(FailingDisk.Fate fate) {
    endWithHook();
    disk.fates.add(fate);
    HookCounts counts = run().hooks().counts();
    assertThat(counts.areKnown()).isTrue();
    assertThat(counts.mayWait(Commits.ADA)).isTrue();
    assertThat(counts.all()).isEqualTo(1);
    assertThat(counts.of(Commits.ADA)).isEqualTo(1);
    assertThat(readers().hooks().due(null, Long.MAX_VALUE - 1, 10).hooks()).hasSize(1);
  }

  /** Ends a run of which a web hook is to tell, as the last that is queued. */
  private void endWithHook() {
    queue.submit(start(T1, null, R1));
    queue.submit(
        Commits.commit(
            T1,
            null,
            new Expectation.RunOpen(R1),
            new RunChange.Ended(R1, RunState.COMPLETED, new HookRequest(1, null)),
            "end"));
    queue.close(closed);
  }

  /** Where reading fails, a batch that is on the disk must not count as lost. */
  public void hooksThatCannotBeCountedAfterAFailureAreThoseOfBefore() {
    endWithHook();
    run();
    HookBatch hooks = new HookBatch(store, readers().hooks());
    store.close();
    hooks.reset();
    hooks.written();
    assertThat(hooks.counts().areKnown()).isFalse();
    assertThat(hooks.counts().mayWait(new UserId("default", "nobody"))).isTrue();
    assertThat(hooks.counts().all()).isEqualTo(1);
  }

  public void hooksOfABatchCountInTheShareOfTheirTenant() {
    HookBatch hooks = new HookBatch(store, readers().hooks());
    UserId last = new UserId(Commits.ADA.tenant(), "u50");
    Map<UserId, Integer> ofTenant = new HashMap<>(Map.of(last, 999));
    for (int i = 1; i < 50; i++) {
      ofTenant.put(new UserId(Commits.ADA.tenant(), "u" + i), 1_000);
    }
    hooks.counts().replace(ofTenant);
    assertThat(hooks.hasRoom(Commits.ADA)).isTrue();
    RunState state = RunState.COMPLETED;
    RunHook hook = new RunHook(T1, 3, R1, Commits.AGENT, state, null, 1, 2);
    hooks.add(hook);
    assertThat(hooks.hasRoom(Commits.ADA)).isFalse();
    hooks.clear();
    assertThat(hooks.hasRoom(Commits.ADA)).isTrue();
    hooks.add(hook);
    hooks.written();
    hooks.clear();
    assertThat(hooks.hasRoom(Commits.ADA)).isFalse();
  }

  private List<CompletionStage<CommitResult>> submit(int commits) {
    List<CompletionStage<CommitResult>> stages = new ArrayList<>();
    for (int i = 0; i < commits; i++) {
      stages.add(queue.submit(append(T1, "a")));
    }
    return stages;
  }

  /** Works through the queue, which is closed already or is closed by the failed write. */
  private BatchState run() {
    BatchState state = new BatchState(store, readers(), Retention.DEFAULT);
    ExpiryClock time = new ExpiryClock(Clock.systemUTC(), System::nanoTime, Duration.ofHours(1));
    new Committer(queue, state, disk, time).run();
    return state;
  }

  private BatchState.DiskReaders readers() {
    return BatchState.DiskReaders.of(store, reader(), new DamagedRecords(StoreWatch.NONE));
  }

  private StoreReader reader() {
    return new StoreReader(store, GENERATION, new TextDeltas());
  }

  private static List<CommitResult> results(List<CompletionStage<CommitResult>> stages) {
    return stages.stream().map(EventLogContract::await).toList();
  }

  private static CommitResult committed(long seq) {
    return new CommitResult.Committed(seq, seq, EPOCH, false);
  }

  private static void isCommitted(CompletionStage<CommitResult> stage) {
    assertThat(await(stage)).isInstanceOf(CommitResult.Committed.class);
  }
}
