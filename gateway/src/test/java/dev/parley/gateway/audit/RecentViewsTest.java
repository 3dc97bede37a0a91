package dev.parley.gateway.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class RecentViewsTest {

  private RecentViews views;
  private List<CompletableFuture<Void>> records;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    views = new RecentViews(Duration.ofMinutes(1), 3);
    records = new ArrayList<>();
  }

  private CompletionStage<Void> see(Object key, long millis) {
    return views.recorded(
        key,
        millis,
        () -> {
          records.add(new CompletableFuture<>());
          return records.get(records.size() - 1);
        });
  }

  public void aSecondViewWaitsForTheRecordOfTheFirst() {
    CompletionStage<Void> first = see("a", 0);
    CompletionStage<Void> second = see("a", 59_999);
    assertThat(records).hasSize(1);
    assertThat(second.toCompletableFuture()).isNotDone();
    records.get(0).complete(null);
    assertThat(first.toCompletableFuture()).isCompleted();
    assertThat(second.toCompletableFuture()).isCompleted();
  }

  public void aViewIsRecordedAgainAfterThePeriodAndAfterAFailure() {
    see("a", 0);
    see("a", 60_000);
    assertThat(records).hasSize(2);
    records.get(1).completeExceptionally(new IllegalStateException("full"));
    see("a", 60_001);
    assertThat(records).hasSize(3);
    see("a", -1_000_000);
    assertThat(records).as("the clock was set back").hasSize(4);
  }

  /** The log may answer at once, and on another thread that sees something too. */
  public void nothingIsLockedWhileARecordIsStored() {
    CompletionStage<Void> first =
        views.recorded(
            "a",
            0,
            () -> {
              CompletableFuture.runAsync(() -> see("b", 0)).orTimeout(10, TimeUnit.SECONDS).join();
              return CompletableFuture.completedStage(null);
            });
    assertThat(first.toCompletableFuture()).isCompleted();
  }

  public void aRecordThatThrowsIsMadeAgain() {
    CompletionStage<Void> first =
        views.recorded(
            "a",
            0,
            () -> {
              throw new IllegalStateException("thrown by the test");
            });
    assertThat(first.toCompletableFuture()).isCompletedExceptionally();
    see("a", 1);
    assertThat(records).hasSize(1);
  }

  /** Nobody can keep views from being recorded. */
  public void beyondTheMaximumTheOldestIsRecordedAgain() {
    for (String key : List.of("a", "b", "c", "d")) {
      see(key, 0);
    }
    assertThat(records).hasSize(4);
    see("d", 0);
    see("b", 0);
    assertThat(records).hasSize(4);
    see("a", 0);
    assertThat(records).hasSize(5);
  }
}
