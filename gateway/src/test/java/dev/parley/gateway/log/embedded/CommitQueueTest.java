package dev.parley.gateway.log.embedded;

import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.append;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.Commit;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.DiskSpace;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.QueueBound;
import dev.parley.gateway.log.StoreWatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.testng.annotations.Test;

/** Threads that submit race each other, the committer and the end. */
@Test(groups = "unit")
public class CommitQueueTest {

  private static final int PRODUCERS = 4;
  private static final int EACH = 50;
  private static final int ROUNDS = 2_000;

  private final LogException closed = new LogException("closed");

  private static CommitQueue open() {
    return new CommitQueue(new QueueBound(QueueBound.DEFAULT_BYTES));
  }

  private static List<String> bodies(List<CommitterTask> tasks) {
    return tasks.stream()
        .filter(CommitterTask.CommitTask.class::isInstance)
        .map(task -> body(((CommitterTask.CommitTask) task).commit()))
        .toList();
  }

  private static String body(Commit commit) {
    return new String(commit.events().get(0).body(), UTF_8);
  }

  public void commitsAreTakenInTheOrderSubmitted() {
    CommitQueue queue = open();
    List<CommitterTask> batch = new ArrayList<>();
    assertThat(queue.take(batch, false)).isTrue();
    assertThat(batch).isEmpty();
    List.of("a", "b", "c").forEach(body -> queue.submit(append(T1, body)));
    assertThat(queue.take(batch, true)).isTrue();
    assertThat(bodies(batch)).containsExactly("a", "b", "c");
  }

  public void theWatchIsToldOfWorkAndNotOfWaiting() {
    List<String> told = new ArrayList<>();
    CommitQueue queue = new CommitQueue(new QueueBound(QueueBound.DEFAULT_BYTES), watch(told));
    List<CommitterTask> batch = new ArrayList<>();
    queue.submit(append(T1, "a"));
    queue.take(batch, true);
    assertThat(told).containsExactly("idle", "working");
    queue.close(closed);
    queue.take(batch, true);
    assertThat(told).containsExactly("idle", "working", "idle", "working");
    batch.clear();
    queue.take(batch, false);
    assertThat(told).endsWith("idle").hasSize(5);
  }

  private static StoreWatch watch(List<String> told) {
    return new StoreWatch() {
      @Override
      public void working() {
        told.add("working");
      }

      @Override
      public void idle() {
        told.add("idle");
      }

      @Override
      public void lost(LogException why) {}

      @Override
      public void reopened() {}

      @Override
      public void slow(Duration write) {}

      @Override
      public void diskSpace(DiskSpace space) {}
    };
  }

  public void whatWasSubmittedBeforeTheEndIsTakenAndNothingAfterIt() {
    CommitQueue queue = open();
    queue.submit(append(T1, "a"));
    queue.close(closed);
    queue.close(new LogException("again"));
    CompletionStage<CommitResult> late = queue.submit(append(T1, "b"));
    assertThat(late.toCompletableFuture()).isCompletedExceptionally();
    List<CommitterTask> batch = new ArrayList<>();
    assertThat(queue.take(batch, true)).isTrue();
    assertThat(bodies(batch)).containsExactly("a");
    assertThat(batch).last().isInstanceOf(CommitterTask.Wake.class);
    batch.clear();
    assertThat(queue.take(batch, true)).isFalse();
  }

  @Test(timeOut = 120_000)
  public void everyCommitIsTakenOnceInItsThreadsOrderOrRefused() throws Exception {
    ExecutorService producers = Executors.newFixedThreadPool(PRODUCERS);
    try {
      for (int round = 0; round < ROUNDS; round++) {
        QueueBound bound = new QueueBound(QueueBound.DEFAULT_BYTES);
        CommitQueue queue = new CommitQueue(bound);
        List<Future<Integer>> accepted = new ArrayList<>();
        for (int i = 0; i < PRODUCERS; i++) {
          int name = i;
          accepted.add(producers.submit(() -> produce(queue, name)));
        }
        int[] taken = takeAll(queue);
        for (int i = 0; i < PRODUCERS; i++) {
          assertThat(taken[i]).as("round " + round).isEqualTo(accepted.get(i).get());
        }
        assertThat(bound.held()).isZero();
      }
    } finally {
      producers.shutdownNow();
    }
  }

  /** Submits until the queue is closed, as each producer does after {@link #EACH} commits. */
  private int produce(CommitQueue queue, int name) {
    int accepted = 0;
    while (!queue
        .submit(append(T1, name + ":" + accepted))
        .toCompletableFuture()
        .isCompletedExceptionally()) {
      accepted++;
      if (accepted == EACH) {
        queue.close(closed);
      }
    }
    return accepted;
  }

  private static int[] takeAll(CommitQueue queue) {
    int[] next = new int[PRODUCERS];
    List<CommitterTask> batch = new ArrayList<>();
    while (queue.take(batch, true)) {
      for (String body : bodies(batch)) {
        String[] parts = body.split(":", -1);
        assertThat(Integer.parseInt(parts[1])).isEqualTo(next[Integer.parseInt(parts[0])]++);
      }
      queue.release(batch);
      batch.clear();
    }
    return next;
  }

  /** A missed wake-up would take a second, so the test would need hours. */
  @Test(timeOut = 50_000)
  public void anIdleCommitterIsWokenByEachCommitAndByTheEnd() throws Exception {
    CommitQueue queue = open();
    Semaphore taken = new Semaphore(0);
    Thread committer =
        new Thread(
            () -> {
              List<CommitterTask> batch = new ArrayList<>();
              while (queue.take(batch, true)) {
                taken.release(bodies(batch).size());
                batch.clear();
              }
            });
    committer.start();
    for (int i = 0; i < 10_000; i++) {
      queue.submit(append(T1, "a"));
      taken.acquire();
    }
    queue.close(closed);
    committer.join();
  }
}
