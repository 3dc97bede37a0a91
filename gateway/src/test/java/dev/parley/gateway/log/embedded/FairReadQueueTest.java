package dev.parley.gateway.log.embedded;

import static dev.parley.gateway.log.EventLogContract.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.LogExecutor;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Reads are fair between users. */
@Test(groups = "unit")
public class FairReadQueueTest {

  private static final UserId ADA = new UserId("default", "ada");
  private static final UserId BOB = new UserId("default", "bob");
  private static final UserId EVE = new UserId("default", "eve");
  private static final int MAX = 50;

  private final List<String> order = Collections.synchronizedList(new ArrayList<>());
  private final List<CompletionStage<String>> stages = new ArrayList<>();
  private CountDownLatch gate;
  private FairReadQueue queue;

  @BeforeMethod(alwaysRun = true)
  public void holdTheOnlyThread() {
    order.clear();
    stages.clear();
    gate = new CountDownLatch(1);
    queue = new FairReadQueue(LogExecutor.pool("test-reader", 1, 200), MAX);
    CountDownLatch reached = new CountDownLatch(1);
    queue.call(EVE, () -> hold(reached));
    awaitLatch(reached);
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    gate.countDown();
    queue.close();
  }

  private boolean hold(CountDownLatch reached) {
    reached.countDown();
    awaitLatch(gate);
    return true;
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void ask(UserId user, String name) {
    stages.add(
        queue.call(
            user,
            () -> {
              order.add(name);
              return name;
            }));
  }

  public void aUserWithManyReadsDoesNotDelayOthers() {
    for (int i = 0; i < 20; i++) {
      ask(ADA, "a" + i);
    }
    ask(BOB, "b0");
    ask(BOB, "b1");
    ask(EVE, "e0");
    gate.countDown();
    stages.forEach(stage -> await(stage));
    assertThat(order).startsWith("a0", "b0", "e0", "a1", "b1", "a2", "a3").hasSize(23);
  }

  private void note(CompletionStage<String> stage) {
    stages.add(
        stage.thenApply(
            name -> {
              order.add(name);
              return name;
            }));
  }

  public void readsOfATenantAndOfTheProcessHaveTurnsToo() {
    for (int i = 0; i < 10; i++) {
      String number = String.valueOf(i);
      note(queue.call(() -> "p" + number));
      note(queue.call("acme", () -> "t" + number));
    }
    ask(BOB, "b0");
    ask(BOB, "b1");
    gate.countDown();
    stages.forEach(stage -> await(stage));
    assertThat(order).startsWith("p0", "t0", "b0", "p1", "t1", "b1", "p2", "t2").hasSize(22);
  }

  public void theReadThatDoesNotFitFailsAndNoOther() {
    for (int user = 0; user < 10; user++) {
      for (int i = 0; i < 20; i++) {
        ask(new UserId("default", "u" + user), "r");
      }
    }
    CompletionStage<String> refused = queue.call(BOB, () -> "too many");
    assertThatThrownBy(() -> await(refused)).isInstanceOf(LogException.class);
    gate.countDown();
    stages.forEach(stage -> await(stage));
    assertThat(order).hasSize(200);
  }

  public void everyStageHasItsOwnRead() {
    for (int i = 0; i < 5; i++) {
      ask(ADA, "a" + i);
      ask(BOB, "b" + i);
    }
    gate.countDown();
    assertThat(stages.stream().map(stage -> await(stage)))
        .containsExactly("a0", "b0", "a1", "b1", "a2", "b2", "a3", "b3", "a4", "b4");
  }

  public void oneUserCannotFillTheQueue() {
    for (int i = 0; i < MAX; i++) {
      ask(ADA, "a" + i);
    }
    CompletionStage<String> refused = queue.call(ADA, () -> "too many");
    assertThatThrownBy(() -> await(refused)).isInstanceOf(LogException.class);
    ask(BOB, "b");
    gate.countDown();
    stages.forEach(stage -> await(stage));
    assertThat(order).hasSize(MAX + 1);
  }

  public void everyStageCompletesWhenTheQueueIsFull() {
    for (int user = 0; user < 10; user++) {
      for (int i = 0; i < 40; i++) {
        ask(new UserId("default", "u" + user), "r");
      }
    }
    gate.countDown();
    long failed =
        stages.stream()
            .filter(stage -> await(stage.handle((read, failure) -> failure != null)))
            .count();
    assertThat(failed).isEqualTo(200);
    assertThat(order).hasSize(200);
  }
}
