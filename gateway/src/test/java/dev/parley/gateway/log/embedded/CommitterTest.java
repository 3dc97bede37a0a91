package dev.parley.gateway.log.embedded;

import static dev.parley.gateway.log.Commits.R1;
import static dev.parley.gateway.log.Commits.R2;
import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.T2;
import static dev.parley.gateway.log.Commits.append;
import static dev.parley.gateway.log.Commits.end;
import static dev.parley.gateway.log.Commits.start;
import static dev.parley.gateway.log.EventLogContract.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.Generation;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.QueueBound;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.RunId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.rocksdb.WriteBatch;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** The committer on the test's own thread: it works off what waits, then returns. */
@Test(groups = "unit")
public class CommitterTest {

  private final LogException closed = new LogException("closed");

  private final List<Integer> writes = new ArrayList<>();
  private Path folder;
  private RocksStore store;
  private CommitQueue queue;

  @BeforeMethod(alwaysRun = true)
  public void openStore() throws IOException {
    writes.clear();
    folder = Files.createTempDirectory("parley-committer");
    store = RocksStore.open(folder);
    queue = new CommitQueue(new QueueBound(QueueBound.DEFAULT_BYTES));
  }

  @AfterMethod(alwaysRun = true)
  public void closeStore() throws IOException {
    store.close();
    EventLogContract.deleteAll(folder);
  }

  public void allThatWaitsIsOneWrite() {
    List<CompletionStage<CommitResult>> stages = submit(100);
    queue.close(closed);
    run(this::write);
    assertThat(writes).containsExactly(102);
    assertThat(stages).allSatisfy(CommitterTest::isCommitted);
  }

  public void moreThanOneWriteMayHoldBecomesSeveral() {
    String large = "x".repeat(1 << 20);
    for (int i = 0; i < 12; i++) {
      queue.submit(append(T1, large));
    }
    queue.close(closed);
    run(this::write);
    assertThat(writes).containsExactly(10, 5);
  }

  public void nothingIsWrittenWhenAllIsRefused() {
    queue.submit(end(T1, R1));
    queue.close(closed);
    run(this::write);
    assertThat(writes).isEmpty();
  }

  public void theIndexOfOpenRunsHoldsNoEndedOne() {
    List.of(start(T1, null, R1), start(T2, null, R2), end(T1, R1)).forEach(queue::submit);
    queue.close(closed);
    run(this::write);
    List<RunId> indexed = new ArrayList<>();
    store.scan(Family.OPEN_RUNS, (key, value) -> indexed.add(Values.runId(value)));
    assertThat(indexed).containsExactly(R2);
  }

  public void aStageCompletesOnlyAfterTheWrite() {
    CompletionStage<CommitResult> stage = queue.submit(append(T1, "a"));
    queue.close(closed);
    run(batch -> assertThat(stage.toCompletableFuture()).isNotDone());
    assertThat(stage.toCompletableFuture()).isCompleted();
  }

  public void aFailedWriteFailsItsCommitsAndAllLaterOnes() {
    CompletionStage<CommitResult> failed = queue.submit(append(T1, "a"));
    List<CompletionStage<CommitResult>> behind = new ArrayList<>();
    run(
        batch -> {
          writes.add(batch.count());
          behind.add(queue.submit(append(T1, "b")));
          throw new LogException("disk full");
        });
    CompletionStage<CommitResult> later = queue.submit(append(T1, "c"));
    for (CompletionStage<CommitResult> stage : List.of(failed, behind.get(0), later)) {
      assertThatThrownBy(() -> await(stage))
          .isInstanceOf(LogException.class)
          .hasMessage("log: closed by a failed write (expected: open): disk full");
    }
    assertThat(writes).hasSize(1);
  }

  private List<CompletionStage<CommitResult>> submit(int commits) {
    List<CompletionStage<CommitResult>> stages = new ArrayList<>();
    for (int i = 0; i < commits; i++) {
      stages.add(queue.submit(append(T1, "a")));
    }
    return stages;
  }

  /** Works off what waits. The queue is closed already, or by the failed write first. */
  private void run(Consumer<WriteBatch> disk) {
    Pending pending = new Pending(store, new StoreReader(store, new Generation(new Epoch("e1"))));
    new Committer(queue, pending, disk, Clock.systemUTC()).run();
  }

  private void write(WriteBatch batch) {
    writes.add(batch.count());
    store.write(batch);
  }

  private static void isCommitted(CompletionStage<CommitResult> stage) {
    assertThat(await(stage)).isInstanceOf(CommitResult.Committed.class);
  }
}
