package dev.parley.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.testng.annotations.Test;

/** Which reads may hold pages, and which are queued. */
@Test(groups = "unit")
public class PageBudgetTest {

  private final PageBudget budget = new PageBudget(100);
  private final List<String> granted = new ArrayList<>();

  private boolean take(long bytes, boolean first, String who) {
    return budget.take(bytes, first, () -> granted.add(who));
  }

  public void aReadBeyondTheBoundIsQueuedAndComesInOrder() {
    PageBudget small = new PageBudget(100);
    List<String> order = new ArrayList<>();
    assertThat(small.take(60, false, () -> order.add("a"))).isTrue();
    assertThat(small.take(60, false, () -> order.add("b"))).isFalse();
    assertThat(small.take(10, false, () -> order.add("small one"))).isFalse();
    assertThat(small.take(60, true, () -> order.add("lost its turn"))).isFalse();
    small.read(60, 60);
    assertThat(order).isEmpty();
    small.give(60);
    assertThat(order).containsExactly("lost its turn");
    small.read(60, 0);
    assertThat(order).containsExactly("lost its turn", "b", "small one");
  }

  public void readsUpToTheLastByteOfTheBoundAreGranted() {
    PageBudget exact = new PageBudget(100);
    assertThat(exact.take(60, false, () -> {})).isTrue();
    assertThat(exact.take(40, false, () -> {})).isTrue();
    assertThat(exact.take(1, false, () -> {})).isFalse();
    assertThat(exact.held()).isEqualTo(100);
  }

  public void aPageLargerThanTheBoundIsReadAlone() {
    assertThat(take(500, false, "large")).isTrue();
    assertThat(take(1, false, "next")).isFalse();
    budget.read(500, 700);
    assertThat(budget.highest()).isEqualTo(700);
    budget.give(700);
    assertThat(granted).containsExactly("next");
    budget.read(1, 0);
    assertThat(budget.held()).isZero();
  }

  private static CompletionStage<byte[]> broken() {
    return CompletableFuture.failedStage(new IllegalStateException("broken by the test"));
  }

  public void manyWhoWaitMayFailOneAfterTheOther() {
    Queue<Runnable> loop = new ArrayDeque<>();
    List<CompletionStage<byte[]>> pages = new ArrayList<>();
    assertThat(take(100, false, "holder")).isTrue();
    for (int i = 0; i < 20_000; i++) {
      pages.add(budget.page(60, loop::add, PageBudgetTest::broken, page -> page.length));
    }
    budget.read(100, 0);
    for (Runnable task = loop.poll(); task != null; task = loop.poll()) {
      task.run();
    }
    assertThat(pages).allMatch(page -> page.toCompletableFuture().isCompletedExceptionally());
    assertThat(budget.held()).isZero();
  }

  public void aPageCountsWithItsOwnSize() {
    PageBudget own = new PageBudget(100);
    CompletionStage<byte[]> read = CompletableFuture.completedStage(new byte[7]);
    var page = own.page(60, Runnable::run, () -> read, bytes -> bytes.length);
    assertThat(page).isCompleted();
    assertThat(own.held()).isEqualTo(7);
    assertThat(own.highest()).isEqualTo(60);
  }

  public void fewReadAtOnceHoweverManyBytesAreFree() {
    PageBudget wide = new PageBudget(1 << 20);
    int at = 0;
    while (wide.take(1, false, () -> {})) {
      at++;
    }
    assertThat(at).isEqualTo(8);
  }
}
