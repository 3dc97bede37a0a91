package dev.parley.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RefusedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit", timeOut = 60_000)
public class VerificationPoolTest {

  private final List<String> ran = Collections.synchronizedList(new ArrayList<>());
  private Metrics metrics;
  private VerificationPool pool;

  /** Keeps a thread until the test lets it go. */
  private final class Hold {
    private final CountDownLatch began = new CountDownLatch(1);
    private final Semaphore end = new Semaphore(0);

    CompletableFuture<Thread> submit(String client) {
      return pool.submit(
          client,
          () -> {
            began.countDown();
            end.acquireUninterruptibly();
            return Thread.currentThread();
          });
    }

    void awaitBegin() throws InterruptedException {
      assertThat(began.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @BeforeMethod(alwaysRun = true)
  public void open() {
    ran.clear();
    metrics = new Metrics();
    pool = new VerificationPool(1, 64, metrics.verifications());
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    pool.close();
  }

  private void pool(int threads, int queue) {
    pool = new VerificationPool(threads, queue, metrics.verifications());
  }

  private CompletableFuture<Boolean> task(String client, String name) {
    return pool.submit(client, () -> ran.add(name));
  }

  public void clientsTakeTurns() throws Exception {
    pool(1, 800);
    Hold hold = new Hold();
    hold.submit("x");
    hold.awaitBegin();
    List<CompletableFuture<Boolean>> all = new ArrayList<>();
    for (int i = 1; i <= 50; i++) {
      all.add(task("flood", "flood" + i));
    }
    all.add(task("ada", "ada1"));
    all.add(task("bob", "bob1"));
    all.add(task("ada", "ada2"));
    hold.end.release();
    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
    assertThat(ran).startsWith("flood1", "ada1", "bob1", "flood2", "ada2", "flood3", "flood4");
    assertThat(pool.waiting()).isZero();
  }

  public void oneClientHasFourThreadsAtMost() throws Exception {
    pool(6, 800);
    List<Hold> holds = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Hold hold = new Hold();
      hold.submit("flood");
      holds.add(hold);
    }
    for (int i = 0; i < VerificationPool.MAX_RUNNING; i++) {
      holds.get(i).awaitBegin();
    }
    task("ada", "ada").join();
    assertThat(pool.waiting()).isEqualTo(2);
    assertThat(holds.get(4).began.getCount()).isEqualTo(1);
    holds.get(0).end.release();
    holds.get(4).awaitBegin();
    holds.forEach(hold -> hold.end.release(2));
    holds.get(5).awaitBegin();
  }

  public void aFullQueueRefusesAndAsksToComeBack() throws Exception {
    pool(1, 16);
    Hold hold = new Hold();
    hold.submit("x");
    hold.awaitBegin();
    List<CompletableFuture<Boolean>> waiting =
        new ArrayList<>(List.of(task("a", "a"), task("a", "a")));
    assertOverloaded("a"); // its eighth of the queue
    for (int i = 0; i < 14; i++) {
      waiting.add(task("client" + i, "c"));
    }
    assertOverloaded("one more");
    assertThat(metrics.count("parley_token_verifications_total", "outcome", "overloaded"))
        .isEqualTo(2);
    hold.end.release();
    CompletableFuture.allOf(waiting.toArray(CompletableFuture[]::new)).join();
    task("one more", "later").join();
  }

  private void assertOverloaded(String client) {
    RefusedException refused =
        catchThrowableOfType(RefusedException.class, () -> task(client, "refused"));
    assertThat(refused.refusal().code()).isEqualTo(ErrorCode.OVERLOADED);
    assertThat(refused.refusal().retryAfterSeconds()).isEqualTo(1);
  }

  public void aFailureIsThatOfItsTaskAlone() {
    pool(1, 64);
    CompletableFuture<Object> failed =
        pool.submit(
            "a",
            () -> {
              throw new IllegalStateException("broken");
            });
    task("a", "next").join();
    assertThat(failed).isCompletedExceptionally();
  }

  public void theThreadsAreNamedAndEndWithThePool() throws Exception {
    pool(2, 64);
    Hold hold = new Hold();
    CompletableFuture<Thread> used = hold.submit("a");
    hold.end.release();
    Thread thread = used.join();
    assertThat(thread.getName()).isEqualTo("token-verifier-1");
    assertThat(thread.isDaemon()).isTrue();
    pool.close();
    thread.join();
    assertOverloaded("a");
  }

  public void anErrorIsThatOfItsTaskAlone() {
    pool(1, 64);
    for (int i = 0; i < 3; i++) {
      CompletableFuture<Object> failed =
          pool.submit(
              "a",
              () -> {
                throw new StackOverflowError("deep");
              });
      assertThatThrownBy(failed::join).hasCauseInstanceOf(StackOverflowError.class);
    }
    assertThat(pool.submit("a", () -> Thread.currentThread().getName()).join())
        .isEqualTo("token-verifier-1");
  }

  /** A thread that the system refuses as long as the flag is set. */
  private static Thread refusing(Runnable work, AtomicBoolean isRefused) {
    return new Thread(work) {
      @Override
      public synchronized void start() {
        if (isRefused.get()) {
          throw new OutOfMemoryError("unable to create native thread");
        }
        super.start();
      }
    };
  }

  public void aThreadThatCannotStartTakesNoPlace() {
    AtomicBoolean isRefused = new AtomicBoolean(true);
    pool = new VerificationPool(1, 64, metrics.verifications(), work -> refusing(work, isRefused));
    for (int i = 0; i < 3; i++) {
      assertOverloaded("a");
    }
    assertThat(pool.waiting()).isZero();
    isRefused.set(false);
    assertThat(task("a", "later").join()).isTrue();
    assertThat(ran).containsExactly("later");
  }

  public void withOneThreadTheOthersThatCannotStartAreMissedByNobody() throws Exception {
    AtomicBoolean isRefused = new AtomicBoolean();
    pool = new VerificationPool(2, 64, metrics.verifications(), work -> refusing(work, isRefused));
    Hold hold = new Hold();
    hold.submit("x");
    hold.awaitBegin();
    isRefused.set(true);
    CompletableFuture<Boolean> waits = task("a", "waits");
    assertThat(waits).isNotDone();
    isRefused.set(false);
    assertThat(task("b", "starts the second").join()).isTrue();
    waits.join();
    hold.end.release();
  }
}
