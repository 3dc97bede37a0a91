package dev.parley.gateway.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.hook.HookAnswer;
import dev.parley.gateway.log.Commits;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.Expectation;
import dev.parley.gateway.log.ForwardingHooks;
import dev.parley.gateway.log.HookRequest;
import dev.parley.gateway.log.ManualClock;
import dev.parley.gateway.log.QueueBound;
import dev.parley.gateway.log.RunChange;
import dev.parley.gateway.log.RunHooks;
import dev.parley.gateway.log.StoreKind;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.transport.Eventually;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Many hooks that are due, as after an outage of their receiver. */
@Test(groups = "unit")
public class NotifierBacklogTest {

  private static final long AFTER = 60_000;
  private static final int USERS = 12;

  private ManualClock clock;
  private EventLog log;
  private Metrics metrics;
  private AtomicInteger tried;
  private @Nullable Notifier notifier;

  @BeforeMethod(alwaysRun = true)
  public void open() {
    clock = new ManualClock();
    log = StoreKind.MEMORY.open(Path.of("none"), clock, QueueBound.DEFAULT_BYTES);
    metrics = new Metrics();
    tried = new AtomicInteger();
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    if (notifier != null) {
      notifier.close();
    }
    log.close();
  }

  private record Answered(int status) implements HookAnswer {
    @Override
    public @Nullable Duration retryAfter() {
      return status == 204 ? null : Duration.ofHours(1);
    }
  }

  private void notify(RunHooks hooks, Notifier.Sending receiver, Duration period) {
    notifier =
        new Notifier(
                hooks, receiver, user -> CompletableFuture.completedStage(false), metrics, clock)
            .begin(Duration.ZERO, period);
  }

  private void end(int user, int count) {
    CompletionStage<?> last = CompletableFuture.completedStage(null);
    for (int i = 0; i < count; i++) {
      RunId run = new RunId("r_" + user + "_" + i);
      ThreadKey thread = Commits.thread(new UserId("default", "u" + user), "t" + i);
      log.commit(Commits.start(thread, null, run));
      RunChange ended = new RunChange.Ended(run, RunState.COMPLETED, new HookRequest(AFTER, null));
      last = log.commit(Commits.commit(thread, null, new Expectation.RunOpen(run), ended, "end"));
    }
    last.toCompletableFuture().join();
  }

  /** Its pages come when all hooks of the page before have been sent and removed. */
  private final class SlowHooks extends ForwardingHooks {
    private final ExecutorService waiting = Executors.newSingleThreadExecutor();

    SlowHooks(RunHooks hooks) {
      super(hooks);
    }

    @Override
    protected <T> CompletionStage<T> pass(String name, Supplier<CompletionStage<T>> call) {
      return name.equals("due")
          ? CompletableFuture.runAsync(this::awaitRest, waiting).thenCompose(rest -> call.get())
          : call.get();
    }

    private void awaitRest() {
      AtomicInteger before = new AtomicInteger(-1);
      Eventually.holds(() -> sent() == tried.get() && before.getAndSet(tried.get()) == tried.get());
    }
  }

  private long sent() {
    return metrics.count("parley_run_hooks_total", "outcome", "sent");
  }

  /** Most are left out again and again. */
  public void manyPagesAreSentWithoutAnotherPeriod() {
    for (int user = 0; user < USERS; user++) {
      end(user, 1_000);
    }
    clock.advance(Duration.ofMillis(AFTER));
    SlowHooks slow = new SlowHooks(log.hooks());
    notify(
        slow,
        (id, body) -> {
          tried.incrementAndGet();
          return CompletableFuture.completedFuture(new Answered(204));
        },
        Duration.ofDays(1));
    Eventually.holds(() -> log.hooks().waiting() == 0);
    Eventually.holds(() -> sent() == USERS * 1_000);
    slow.waiting.shutdown();
    assertThat(tried).hasValue(USERS * 1_000);
  }

  /** The first hooks of a user that are due may be those that their receiver cannot take. */
  public void hooksOfAUserThatFailDoNotKeepTheNextWaiting() {
    end(1, 100);
    clock.advance(Duration.ofMillis(AFTER));
    notify(
        log.hooks(),
        (id, body) -> {
          boolean isLast = new String(body, StandardCharsets.UTF_8).contains("\"r_1_99\"");
          tried.incrementAndGet();
          return CompletableFuture.completedFuture(new Answered(isLast ? 204 : 503));
        },
        Duration.ofMillis(10));
    Eventually.holds(() -> sent() == 1);
    assertThat(tried).hasValueGreaterThanOrEqualTo(100);
  }
}
