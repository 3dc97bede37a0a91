package dev.parley.gateway.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class HandoffQueueTest {

  private static final int GIVERS = 4;
  private static final int EACH = 100;
  private static final int ROUNDS = 5_000;

  private record Gift(int giver, int number) {}

  public void whatIsGivenIsTakenOldestFirst() {
    HandoffQueue<String> hands = new HandoffQueue<>();
    Deque<String> taken = new ArrayDeque<>();
    assertThat(hands.takeAll(taken)).isTrue();
    assertThat(taken).isEmpty();
    hands.add("a");
    hands.add("b");
    assertThat(hands.takeAll(taken)).isTrue();
    assertThat(taken).containsExactly("a", "b");
  }

  public void whatWasGivenBeforeTheEndIsTakenAndNothingAfterIt() {
    HandoffQueue<String> hands = new HandoffQueue<>();
    hands.add("a");
    hands.close();
    hands.close();
    assertThat(hands.isClosed()).isTrue();
    assertThat(hands.add("b")).isFalse();
    Deque<String> taken = new ArrayDeque<>();
    assertThat(hands.takeAll(taken)).isFalse();
    assertThat(taken).containsExactly("a");
    taken.clear();
    assertThat(hands.takeAll(taken)).isFalse();
    assertThat(taken).isEmpty();
  }

  /** Givers that race each other, the taker and the end. */
  @Test(timeOut = 120_000)
  public void whatWasTakenInIsTakenOnceAndInTheOrderOfItsGiver() throws Exception {
    ExecutorService givers = Executors.newFixedThreadPool(GIVERS);
    try {
      for (int round = 0; round < ROUNDS; round++) {
        HandoffQueue<Gift> hands = new HandoffQueue<>();
        List<Future<Integer>> given = new ArrayList<>();
        for (int giver = 0; giver < GIVERS; giver++) {
          int name = giver;
          given.add(givers.submit(() -> give(hands, name)));
        }
        int[] next = new int[GIVERS];
        takeUntilTheEnd(hands, next);
        assertThat(next).containsExactly(counts(given));
      }
    } finally {
      givers.shutdownNow();
    }
  }

  /** Until somebody says that it is the end, as each does who has given enough. */
  private static int give(HandoffQueue<Gift> hands, int giver) {
    int number = 0;
    while (hands.add(new Gift(giver, number))) {
      number++;
      if (number == EACH) {
        hands.close();
      }
    }
    return number;
  }

  private static void takeUntilTheEnd(HandoffQueue<Gift> hands, int[] next) {
    boolean open = true;
    while (open) {
      Deque<Gift> taken = new ArrayDeque<>();
      hands.await(TimeUnit.MINUTES.toNanos(1));
      open = hands.takeAll(taken);
      for (Gift gift : taken) {
        assertThat(gift.number()).isEqualTo(next[gift.giver()]++);
      }
    }
  }

  private static int[] counts(List<Future<Integer>> given)
      throws ExecutionException, InterruptedException {
    int[] counts = new int[given.size()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = given.get(i).get();
    }
    return counts;
  }

  /** A gift that nobody woke the taker for would be seen after a minute only: the fence. */
  @Test(timeOut = 50_000)
  public void aSleeperIsWokenByEachGift() throws Exception {
    HandoffQueue<Integer> there = new HandoffQueue<>();
    HandoffQueue<Integer> back = new HandoffQueue<>();
    Thread echo = new Thread(() -> pass(there, back, 20_000));
    echo.start();
    for (int i = 0; i < 20_000; i++) {
      there.add(i);
      assertThat(one(back)).isEqualTo(i);
    }
    echo.join();
  }

  private static void pass(HandoffQueue<Integer> from, HandoffQueue<Integer> to, int times) {
    for (int i = 0; i < times; i++) {
      to.add(one(from));
    }
  }

  private static int one(HandoffQueue<Integer> hands) {
    Deque<Integer> taken = new ArrayDeque<>();
    while (taken.isEmpty()) {
      hands.await(TimeUnit.MINUTES.toNanos(1));
      hands.takeAll(taken);
    }
    return taken.getFirst();
  }
}
