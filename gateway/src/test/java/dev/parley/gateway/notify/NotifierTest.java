package dev.parley.gateway.notify;

import static dev.parley.gateway.log.Commits.ADA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.upstream.Dialogue;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.hook.HookClient;
import dev.parley.gateway.hook.HookKeys;
import dev.parley.gateway.hook.HookReceiver;
import dev.parley.gateway.log.Commits;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.Expectation;
import dev.parley.gateway.log.ForwardingHooks;
import dev.parley.gateway.log.HookRequest;
import dev.parley.gateway.log.ManualClock;
import dev.parley.gateway.log.QueueBound;
import dev.parley.gateway.log.RunChange;
import dev.parley.gateway.log.RunHook;
import dev.parley.gateway.log.RunHooks;
import dev.parley.gateway.log.StoreKind;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.transport.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Sends what is due to a real receiver; the time in which a hook becomes due is virtual. */
@Test(groups = "unit")
public class NotifierTest {
  private static final long AFTER = 60_000;
  private static final UserId EVE = new UserId("default", "eve");

  private final Set<UserId> connected = ConcurrentHashMap.newKeySet();
  private ManualClock clock;
  private EventLog log;
  private Metrics metrics;
  private @Nullable ScriptedService receiver;
  private @Nullable Notifier notifier;

  @BeforeMethod(alwaysRun = true)
  public void open() {
    connected.clear();
    clock = new ManualClock();
    log = StoreKind.MEMORY.open(Path.of("none"), clock, QueueBound.DEFAULT_BYTES);
    metrics = new Metrics();
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    if (notifier != null) {
      notifier.close();
    }
    if (receiver != null) {
      receiver.close();
    }
    log.close();
  }

  private ScriptedService receive(ScriptedService.Script... answers) {
    ScriptedService begun = ScriptedService.of(answers);
    receiver = begun;
    HookReceiver told =
        new HookReceiver(
            begun.uri("/told"),
            new HookKeys(List.of(Secret.of("a key of the tests, of 24 bytes or more"))));
    notifier =
        Notifier.start(
            log.hooks(),
            told.client(clock)::send,
            Duration.ZERO,
            user -> CompletableFuture.completedStage(connected.contains(user)),
            metrics,
            clock);
    return begun;
  }

  private static ScriptedService.Script answer(int status) {
    return dialogue -> {
      dialogue.readRequest();
      dialogue.send(ScriptedService.answer(status, "Connection: close\r\n", ""));
    };
  }

  private void end(UserId user, String run) {
    ThreadKey thread = Commits.thread(user, "t-" + run);
    RunId id = new RunId(run);
    log.commit(Commits.start(thread, null, id));
    RunChange ended = new RunChange.Ended(id, RunState.COMPLETED, new HookRequest(AFTER, null));
    log.commit(Commits.commit(thread, null, new Expectation.RunOpen(id), ended, "end"))
        .toCompletableFuture()
        .join();
  }

  private long count(String outcome) {
    return metrics.count("parley_run_hooks_total", "outcome", outcome);
  }

  private void awaitCount(String outcome, long count) {
    Eventually.holds(() -> count(outcome) == count);
  }

  private void awaitNoneWaits() {
    Eventually.holds(() -> log.hooks().waiting() == 0);
  }

  public void aHookIsSentWhenItIsDueAndNotBefore() {
    ScriptedService begun = receive(answer(204));
    end(ADA, "r_1");
    clock.advance(Duration.ofMillis(AFTER - 1));
    end(EVE, "r_2");
    clock.advance(Duration.ofMillis(1));
    awaitCount("sent", 1);
    assertThat(begun.dialogues()).hasSize(1);
    assertThat(begun.dialogues().get(0).body())
        .startsWith(
            "{\"type\":\"run.ended\",\"id\":\"notify.r_1\",\"tenant\":\"default\","
                + "\"user_id\":\"ada\",\"thread_id\":\"t-r_1\",\"run_id\":\"r_1\","
                + "\"agent\":\"builtin\",\"state\":\"completed\",\"seq\":3,\"at\":\"");
    assertThat(log.hooks().waiting()).isEqualTo(1);
  }

  public void aReceiverThatFailsIsAskedAgainWithTheSameId() {
    ScriptedService begun = receive(answer(500), answer(503), answer(200));
    end(ADA, "r_1");
    clock.advance(Duration.ofMillis(AFTER));
    awaitCount("sent", 1);
    assertThat(begun.dialogues())
        .extracting(each -> each.header("webhook-id"))
        .containsExactly("notify.r_1", "notify.r_1", "notify.r_1");
    assertThat(log.hooks().waiting()).isZero();
  }

  public void aReceiverThatRefusesIsNotAskedAgain() {
    ScriptedService begun = receive(answer(410), answer(200));
    end(ADA, "r_1");
    clock.advance(Duration.ofMillis(AFTER));
    awaitCount("refused", 1);
    awaitNoneWaits();
    end(ADA, "r_2");
    clock.advance(Duration.ofMillis(AFTER));
    awaitCount("sent", 1);
    assertThat(begun.dialogues()).hasSize(2);
  }

  public void whatIsAcknowledgedBetweenTwoAttemptsIsNotSentAgain() {
    CountDownLatch acknowledged = new CountDownLatch(1);
    ScriptedService begun =
        receive(
            dialogue -> {
              dialogue.readRequest();
              acknowledged.await();
              dialogue.send(ScriptedService.answer(500, "Connection: close\r\n", ""));
            },
            answer(200));
    end(ADA, "r_1");
    clock.advance(Duration.ofMillis(AFTER));
    Eventually.holds(() -> begun.dialogues().size() == 1);
    log.hooks().acknowledge(Commits.thread(ADA, "t-r_1"), 3).toCompletableFuture().join();
    acknowledged.countDown();
    end(EVE, "r_2");
    clock.advance(Duration.ofMillis(AFTER));
    awaitCount("sent", 1);
    assertThat(begun.dialogues())
        .extracting(each -> each.header("webhook-id"))
        .containsExactly("notify.r_1", "notify.r_2");
  }

  public void aUserWhoIsConnectedIsNotTold() {
    ScriptedService begun = receive(answer(200));
    connected.add(ADA);
    end(ADA, "r_1");
    end(EVE, "r_2");
    clock.advance(Duration.ofMillis(AFTER));
    awaitCount("sent", 1);
    awaitCount("connected", 1);
    awaitNoneWaits();
    assertThat(begun.dialogues()).hasSize(1);
  }

  public void whatCouldNotBeDeliveredForADayIsDropped() {
    ScriptedService begun = receive(answer(200));
    end(ADA, "r_1");
    clock.advance(Duration.ofMillis(AFTER).plusDays(1).plusMillis(1));
    awaitCount("expired", 1);
    awaitNoneWaits();
    assertThat(begun.dialogues()).isEmpty();
  }

  public void aThousandAreSentOnceEach() {
    ScriptedService begun = receive(answer(200));
    for (int i = 0; i < 1_000; i++) {
      end(i % 2 == 0 ? ADA : EVE, "r_" + i);
    }
    clock.advance(Duration.ofMillis(AFTER));
    awaitCount("sent", 1_000);
    awaitNoneWaits();
    assertThat(begun.dialogues().stream().map(each -> each.header("webhook-id")).distinct())
        .hasSize(1_000);
    assertThat(begun.dialogues()).hasSize(1_000);
  }

  public void hooksThatAreTriedAgainDoNotKeepOthersWaiting() {
    ScriptedService begun =
        receive(
            dialogue -> {
              dialogue.readRequest();
              boolean isOfAda = dialogue.body().contains("\"ada\"");
              dialogue.send(
                  ScriptedService.answer(
                      isOfAda ? 429 : 200, "Connection: close\r\nRetry-After: 3600\r\n", ""));
            });
    for (int i = 0; i < 600; i++) {
      end(ADA, "r_" + i);
    }
    clock.advance(Duration.ofMillis(AFTER));
    int tried = KnownHooks.MAX_OF_USERS / 2;
    Eventually.holds(() -> begun.dialogues().size() >= tried);
    end(EVE, "r_eve");
    clock.advance(Duration.ofMillis(AFTER));
    awaitCount("sent", 1);
    assertThat(begun.dialogues()).hasSize(tried + 1);
  }

  /** More than there may be at once: the place of one that throws is free again. */
  public void aCallThatThrowsTakesNoPlace() {
    ScriptedService begun = ScriptedService.of(answer(200));
    receiver = begun;
    HookClient client =
        new HookReceiver(
                begun.uri("/told"),
                new HookKeys(List.of(Secret.of("a key of the tests, of 24 bytes or more"))))
            .client(clock);
    AtomicInteger thrown = new AtomicInteger();
    notifier =
        Notifier.start(
            new ThrowingHooks(log.hooks()),
            (id, body) -> {
              if (thrown.getAndIncrement() < 16) {
                throw new IllegalStateException("thrown by the test");
              }
              return client.send(id, body);
            },
            Duration.ZERO,
            user -> CompletableFuture.completedStage(false),
            metrics,
            clock);
    for (int i = 0; i < 20; i++) {
      end(ADA, "r_" + i);
    }
    clock.advance(Duration.ofMillis(AFTER));
    awaitCount("sent", 20);
    awaitNoneWaits();
  }

  /** The first of each kind of call throws, which no log does. */
  private static final class ThrowingHooks extends ForwardingHooks {
    private final Set<String> thrown = ConcurrentHashMap.newKeySet();

    ThrowingHooks(RunHooks log) {
      super(log);
    }

    @Override
    protected <T> CompletionStage<T> pass(String name, Supplier<CompletionStage<T>> call) {
      if (thrown.add(name)) {
        throw new IllegalStateException("thrown by the test");
      }
      return call.get();
    }
  }

  /** The next start sends it with the same id. */
  public void whatWasNotAnsweredBeforeTheEndStays() {
    ScriptedService begun = receive(Dialogue::readRequest);
    end(ADA, "r_1");
    clock.advance(Duration.ofMillis(AFTER));
    Eventually.holds(() -> !begun.dialogues().isEmpty());
    Notifier first = notifier;
    notifier = null;
    if (first != null) {
      first.close();
    }
    begun.close();
    List<RunHook> left = log.hooks().due(null, clock.millis(), 10).toCompletableFuture().join();
    assertThat(left).hasSize(1);
    ScriptedService next = receive(answer(200));
    awaitCount("sent", 1);
    assertThat(next.dialogues().get(0).header("webhook-id")).isEqualTo("notify.r_1");
  }
}
