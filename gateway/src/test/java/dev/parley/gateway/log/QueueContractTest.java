package dev.parley.gateway.log;

import static dev.parley.gateway.log.Commits.ADA;
import static dev.parley.gateway.log.Commits.R1;
import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.T2;
import static dev.parley.gateway.log.Commits.append;
import static dev.parley.gateway.log.Commits.bodies;
import static dev.parley.gateway.log.Commits.end;
import static dev.parley.gateway.log.Commits.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/** Concurrent commits, a full queue, and close. */
@Test(groups = "unit")
public class QueueContractTest extends EventLogContract {

  @Factory(dataProvider = "stores")
  public QueueContractTest(StoreKind store) {
    super(store);
  }

  private static final int COMMITTERS = 8;
  private static final int EACH = 200;
  private static final String KIBIBYTE = "x".repeat(1024);

  public void numbersCommitsOfEightThreadsWithoutLossOrGap() throws Exception {
    inParallel(
        committer -> {
          for (int i = 0; i < EACH; i++) {
            await(log.commit(append(T1, committer + ":" + i)));
          }
        });
    EventPage page = read(T1, 0, WHOLE);
    assertThat(page.events()).extracting(StoredEvent::seq).isEqualTo(upTo(COMMITTERS * EACH));
    assertThat(bodies(page)).doesNotHaveDuplicates();
    for (int committer = 0; committer < COMMITTERS; committer++) {
      assertThat(bodies(page)).containsSubsequence(expectedOf(committer));
    }
  }

  public void keepsTheOrderInWhichOneThreadSubmits() throws Exception {
    inParallel(
        committer -> {
          List<CompletionStage<CommitResult>> stages = new ArrayList<>();
          for (int i = 0; i < EACH; i++) {
            stages.add(log.commit(append(T1, committer + ":" + i)));
          }
          stages.forEach(EventLogContract::await);
        });
    for (int committer = 0; committer < COMMITTERS; committer++) {
      assertThat(bodies(read(T1, 0, WHOLE))).containsSubsequence(expectedOf(committer));
    }
  }

  public void refusesCommitsWhenTheQueueIsFullAndAcceptsThemLater() {
    reopen(4 * 1024);
    ManualClock.Hold held = holdCommitter();
    List<CompletionStage<CommitResult>> fitting = submit(2);
    assertThat(await(log.commit(append(T1, KIBIBYTE, KIBIBYTE))))
        .isEqualTo(new CommitResult.Overloaded());
    held.free();
    fitting.forEach(EventLogContract::await);
    assertThat(commit(append(T1, KIBIBYTE, KIBIBYTE))).isEqualTo(committed(3, 4));
  }

  public void alwaysAcceptsTheEndOfARun() {
    reopen(4 * 1024);
    commit(start(T2, null, R1));
    ManualClock.Hold held = holdCommitter();
    submit(2);
    assertThat(await(log.commit(append(T2, KIBIBYTE)))).isEqualTo(new CommitResult.Overloaded());
    CompletionStage<CommitResult> end = log.commit(end(T2, R1));
    assertThat(end.toCompletableFuture()).isNotDone();
    held.free();
    assertThat(await(end)).isEqualTo(committed(3, 3));
  }

  public void acceptsACommitLargerThanTheBoundWhenTheQueueIsEmpty() {
    reopen(64);
    assertThat(commit(append(T1, KIBIBYTE))).isEqualTo(committed(1, 1));
    assertThat(commit(append(T1, KIBIBYTE))).isEqualTo(committed(2, 2));
  }

  public void carriesOutWhatWasSubmittedBeforeTheClose() {
    List<CompletionStage<CommitResult>> submitted = submit(100);
    log.close();
    assertThat(submitted)
        .allSatisfy(stage -> assertThat(stage.toCompletableFuture()).isCompleted());
  }

  public void everyStageCompletesWhenTheLogIsClosed() throws Exception {
    CountDownLatch begun = new CountDownLatch(COMMITTERS);
    CompletableFuture<Void> closed =
        CompletableFuture.runAsync(
            () -> {
              awaitLatch(begun);
              log.close();
            });
    inParallel(
        committer -> {
          begun.countDown();
          for (int i = 0; i < EACH; i++) {
            CompletionStage<?> settled = log.commit(append(T1, "a")).handle((done, failed) -> 0);
            await(settled);
          }
        });
    await(closed);
  }

  public void aClosedLogFailsEveryCall() {
    log.close();
    List<Callable<CompletionStage<?>>> calls =
        List.of(
            () -> log.commit(append(T1, "a")),
            () -> log.head(T1),
            () -> log.read(T1, 0, WHOLE),
            () -> log.openRuns(),
            () -> log.threads(ADA, null, 1),
            () -> log.users("default", null, 1),
            () -> log.delete(T1),
            () -> log.erase(ADA),
            () -> log.openRuns(ADA),
            () -> log.run(ADA, R1));
    for (Callable<CompletionStage<?>> call : calls) {
      assertThatThrownBy(() -> await(call.call()))
          .isInstanceOf(LogException.class)
          .hasMessage("log: closed (expected: open)");
    }
    log.close();
  }

  private List<CompletionStage<CommitResult>> submit(int commits) {
    List<CompletionStage<CommitResult>> stages = new ArrayList<>();
    for (int i = 0; i < commits; i++) {
      stages.add(log.commit(append(T1, KIBIBYTE)));
    }
    return stages;
  }

  private interface Committing {
    void run(int committer);
  }

  private static void inParallel(Committing work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(COMMITTERS);
    List<Future<?>> done = new ArrayList<>();
    for (int i = 0; i < COMMITTERS; i++) {
      int committer = i;
      done.add(threads.submit(() -> work.run(committer)));
    }
    threads.shutdown();
    for (Future<?> one : done) {
      one.get();
    }
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> expectedOf(int committer) {
    return IntStream.range(0, EACH).mapToObj(i -> committer + ":" + i).toList();
  }

  private static List<Long> upTo(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }
}
