package dev.parley.gateway.log.embedded;

import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.append;
import static dev.parley.gateway.log.EventLogContract.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.DiskSpace;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.StoreWatch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Whatever fails on the committer's thread, every stage completes. */
@Test(groups = "unit")
public class CommitterFaultTest {

  private static OutOfMemoryError noMemory() {
    return new OutOfMemoryError("by the test");
  }

  private final List<String> told = new ArrayList<>();
  private CommitterRig rig;

  @BeforeMethod(alwaysRun = true)
  public void open() {
    told.clear();
    rig = new CommitterRig(new FailingWatch());
  }

  @AfterMethod(alwaysRun = true)
  public void close() throws IOException {
    rig.close();
  }

  private final class FailingWatch implements StoreWatch {
    @Override
    public void committed(long nanos, int events) {
      told.add("committed");
      if (told.size() == 1) {
        throw noMemory();
      }
    }

    @Override
    public void lost(LogException why) {
      told.add("lost");
    }

    @Override
    public void reopened() {}

    @Override
    public void slow(Duration write) {}

    @Override
    public void diskSpace(DiskSpace space) {}
  }

  /** Runs out of memory at this reading, or at it and all later ones. */
  private static LongSupplier clock(int failing, boolean forGood) {
    int[] readings = {0};
    return () -> {
      int reading = readings[0]++;
      if (reading == failing || (forGood && reading > failing)) {
        throw noMemory();
      }
      return System.nanoTime();
    };
  }

  @DataProvider
  public static Object[][] readings() {
    return IntStream.rangeClosed(1, 8).mapToObj(i -> new Object[] {i}).toArray(Object[][]::new);
  }

  @Test(dataProvider = "readings")
  public void anErrorAnywhereEndsNoMoreThanItsBatch(int reading) {
    told.add("before");
    CompletionStage<CommitResult> first = rig.queue.submit(append(T1, "a".repeat(9 << 20)));
    CompletionStage<CommitResult> second = rig.queue.submit(append(T1, "b"));
    rig.queue.close(new LogException("closed"));
    rig.committer(rig.state(), clock(reading, false)).run();
    assertThat(first.toCompletableFuture()).isDone();
    assertThat(second.toCompletableFuture()).isDone();
    assertThat(
            first.toCompletableFuture().isCompletedExceptionally()
                && second.toCompletableFuture().isCompletedExceptionally())
        .isFalse();
    assertThat(told).doesNotContain("lost");
  }

  @Test(dataProvider = "readings")
  public void aCommitterThatCannotGoOnFailsWhatWaitsAndWhatComes(int reading) {
    CompletionStage<CommitResult> first = rig.queue.submit(append(T1, "a".repeat(9 << 20)));
    CompletionStage<CommitResult> waiting = rig.queue.submit(append(T1, "b"));
    rig.committer(rig.state(), clock(reading, true)).run();
    CompletionStage<CommitResult> later = rig.queue.submit(append(T1, "c"));
    assertThat(first.toCompletableFuture()).isDone();
    assertThat(waiting.toCompletableFuture()).isDone();
    assertThatThrownBy(() -> await(later))
        .isInstanceOf(LogException.class)
        .hasMessageContaining("the committer ended");
    assertThat(told).contains("lost");
  }

  public void anAnswerThatFailsLetsTheOthersBeGiven() {
    CompletionStage<CommitResult> first = rig.queue.submit(append(T1, "a"));
    CompletionStage<CommitResult> second = rig.queue.submit(append(T1, "b"));
    rig.run();
    assertThatThrownBy(() -> await(first)).hasMessageContaining("decided, but not answered");
    assertThat(await(second)).isInstanceOf(CommitResult.Committed.class);
    assertThat(rig.reader().head(T1).head()).isEqualTo(2);
  }

  @Test(timeOut = 60_000)
  public void anInterruptEndsNothing() throws InterruptedException {
    told.add("before");
    Thread thread = new Thread(rig.committer(rig.state(), System::nanoTime));
    thread.start();
    for (int i = 0; i < 20; i++) {
      thread.interrupt();
      CompletionStage<CommitResult> stage = rig.queue.submit(append(T1, "a"));
      assertThat(stage.toCompletableFuture().handle((done, failure) -> true).join()).isTrue();
    }
    CompletionStage<CommitResult> last = rig.queue.submit(append(T1, "b"));
    assertThat(await(last)).isInstanceOf(CommitResult.Committed.class);
    rig.queue.close(new LogException("closed"));
    thread.join();
  }

  /** What cannot be known of the disk is no reason to close the log. */
  public void aDiskThatCannotBeAskedFailsOneBatch() {
    told.add("before");
    rig.disk.unknownShares = 1;
    CompletionStage<CommitResult> first = rig.queue.submit(append(T1, "a".repeat(9 << 20)));
    CompletionStage<CommitResult> second = rig.queue.submit(append(T1, "b"));
    rig.run();
    assertThatThrownBy(() -> await(first)).isInstanceOf(LogException.class);
    assertThat(await(second)).isInstanceOf(CommitResult.Committed.class);
  }

  public void nobodyTakesWhatIsLeftAtTheEnd() {
    CompletionStage<CommitResult> left = rig.queue.submit(append(T1, "a"));
    rig.queue.end(new LogException("log: closed (expected: open)"));
    assertThatThrownBy(() -> await(left)).hasMessage("log: closed (expected: open)");
    assertThat(rig.queue.submit(append(T1, "b")).toCompletableFuture()).isCompletedExceptionally();
  }
}
