package dev.parley.gateway.notify;

import dev.parley.gateway.hook.HookAnswer;
import dev.parley.gateway.hook.HookDelivery;
import dev.parley.gateway.limit.Turns;
import dev.parley.gateway.log.RunHook;
import dev.parley.gateway.log.RunHooks;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.UserId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the web hooks of the log that are due, a few at a time, each until its receiver has
 * accepted or refused it. Then the log removes it. It asks the log before each attempt, so a hook
 * that is acknowledged meanwhile is not sent. Everything happens on a thread of its own, which does
 * not block. Started and closed by any thread.
 */
public final class Notifier implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);
  private static final Duration PERIOD = Duration.ofMillis(500);
  private static final Duration RETRY = Duration.ofSeconds(1);

  /** Clients that connect again after a start have this time to acknowledge, at most. */
  private static final Duration MAX_GRACE = Duration.ofSeconds(30);

  /** A hook that was not delivered so long after it was due is dropped. */
  private static final Duration MAX_LATE = Duration.ofHours(24);

  /** How long a close waits for answers and removals that are under way. */
  private static final Duration TO_CLOSE = Duration.ofSeconds(2);

  /** Requests at once. */
  private static final int MAX_REQUESTS = 16;

  /** Hooks that are read at once. */
  private static final int PAGE = 2_048;

  /** The hook was acknowledged, or its thread or user is gone: counted where that happened. */
  private static final String WITHDRAWN = "withdrawn";

  /** {@link dev.parley.gateway.hook.HookClient#send}. */
  @FunctionalInterface
  public interface Sending {
    CompletableFuture<? extends HookAnswer> send(String id, byte[] body);
  }

  /** Whether a user has a connection now. */
  @FunctionalInterface
  public interface Presence {
    CompletionStage<Boolean> isConnected(UserId user);
  }

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "notifier");
            thread.setDaemon(true);
            return thread;
          });

  private final RunHooks hooks;
  private final Sending receiver;
  private final Presence presence;
  private final Metrics metrics;
  private final Clock clock;
  private final KnownHooks known = new KnownHooks(PAGE);
  private final Turns<UserId, HookDelivery> waiting = new Turns<>();
  private final CompletableFuture<Void> atRest = new CompletableFuture<>();
  private int requests;
  private int removals;
  private boolean isLooking;

  /** Whether a user of whom hooks were left out has room again since the round has begun. */
  private boolean hasRoomAgain;

  private boolean isClosing;
  private boolean isFailing;
  private int lastRefused;

  Notifier(RunHooks hooks, Sending receiver, Presence presence, Metrics metrics, Clock clock) {
    this.hooks = hooks;
    this.receiver = receiver;
    this.presence = presence;
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * Starts to send.
   *
   * @param after how long users have to acknowledge; the first hook is sent after that, but after
   *     half a minute at most
   * @param presence asked before each attempt: a user who is connected is not told
   */
  public static Notifier start(
      RunHooks hooks,
      Sending receiver,
      Duration after,
      Presence presence,
      Metrics metrics,
      Clock clock) {
    Duration grace = after.compareTo(MAX_GRACE) < 0 ? after : MAX_GRACE;
    return new Notifier(hooks, receiver, presence, metrics, clock).begin(grace, PERIOD);
  }

  Notifier begin(Duration grace, Duration period) {
    var ignored =
        timer.scheduleWithFixedDelay(
            this::look, grace.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    return this;
  }

  private void look() {
    if (isLooking || isClosing) {
      return;
    }
    isLooking = true;
    if (known.last() == null) {
      hasRoomAgain = false;
    }
    var ignored =
        begun(() -> hooks.due(known.last(), clock.millis(), PAGE))
            .whenCompleteAsync(this::found, timer);
  }

  /** The stage of a call. One that throws fails it, so that what counts the call goes on. */
  private static <T> CompletionStage<T> begun(Supplier<CompletionStage<T>> call) {
    return CompletableFuture.completedStage(null).thenCompose(nothing -> call.get());
  }

  private void found(List<RunHook> due, @Nullable Throwable failure) {
    isLooking = false;
    if (failure != null || isClosing) {
      return;
    }
    List<RunHook> taken = known.take(due);
    taken.forEach(each -> begin(new Delivery(each)));
    // Otherwise the next page waits for its time: nothing of it can be taken, as it seems.
    if (hasRoomAgain || (known.last() != null && !taken.isEmpty())) {
      look();
    }
  }

  // -- a bounded number of requests at once, in turns of users

  private void begin(Delivery delivery) {
    if (isClosing) {
      return;
    }
    if (requests == MAX_REQUESTS) {
      waiting.add(delivery.hook.thread().user(), delivery.attempts);
      return;
    }
    requests++;
    delivery.attempts.attempt();
  }

  private void answered() {
    HookDelivery next = isClosing ? null : waiting.poll();
    if (next == null) {
      requests--;
      checkRest();
    } else {
      next.attempt();
    }
  }

  private void checkRest() {
    if (isClosing && requests == 0 && removals == 0) {
      atRest.complete(null);
    }
  }

  /** One hook. The calls of its attempts come from any thread. */
  private final class Delivery implements HookDelivery.DeliveryListener {
    final RunHook hook;
    final HookDelivery attempts = new HookDelivery(this::send, this::pause, this);

    Delivery(RunHook hook) {
      this.hook = hook;
    }

    private CompletableFuture<HookAnswer> send() {
      CompletableFuture<HookAnswer> answer = new CompletableFuture<>();
      var ignored =
          begun(this::outcomeWithoutSending)
              .whenCompleteAsync(
                  (outcome, failure) -> {
                    if (failure != null) {
                      answer.completeExceptionally(failure);
                    } else if (outcome.isEmpty()) {
                      sendNow(answer);
                    } else {
                      attempts.stop();
                      answered();
                      remove(outcome);
                    }
                  },
                  timer);
      return answer;
    }

    /** Why the hook is not to be sent: a value of the metric; empty when it is to be sent. */
    private CompletionStage<String> outcomeWithoutSending() {
      if (clock.instant().isAfter(Instant.ofEpochMilli(hook.dueMillis()).plus(MAX_LATE))) {
        LOG.warn("hook {} is dropped: it could not be delivered in time", RunHookBody.id(hook));
        return CompletableFuture.completedStage("expired");
      }
      return hooks
          .waits(hook)
          .thenCompose(
              waits ->
                  waits
                      ? presence
                          .isConnected(hook.thread().user())
                          .thenApply(connected -> connected ? "connected" : "")
                      : CompletableFuture.completedStage(WITHDRAWN));
    }

    private void sendNow(CompletableFuture<HookAnswer> answer) {
      CompletableFuture<? extends HookAnswer> sent;
      try {
        sent = receiver.send(RunHookBody.id(hook), RunHookBody.of(hook));
      } catch (RuntimeException failure) {
        answer.completeExceptionally(failure);
        return;
      }
      sent.whenComplete(
          (given, failure) -> {
            if (failure == null) {
              answer.complete(given);
            } else {
              answer.completeExceptionally(failure);
            }
          });
      answer.whenComplete((given, failure) -> sent.cancel(true));
    }

    private Future<?> pause(long millis, Runnable again) {
      timer.execute(Notifier.this::answered);
      return timer.schedule(() -> begin(this), millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void delayed(int status) {
      timer.execute(() -> failing(status));
    }

    @Override
    public void accepted() {
      timer.execute(
          () -> {
            isWorking();
            answered();
            remove("sent");
          });
    }

    @Override
    public void refused(int status) {
      timer.execute(
          () -> {
            refusing(this, status);
            answered();
            remove("refused");
          });
    }

    private void remove(String outcome) {
      removals++;
      var ignored =
          begun(() -> hooks.remove(hook))
              .whenCompleteAsync((removed, failure) -> removed(outcome, failure), timer);
    }

    private void removed(String outcome, @Nullable Throwable failure) {
      removals--;
      checkRest();
      if (failure != null && !isClosing) {
        var ignored =
            timer.schedule(() -> remove(outcome), RETRY.toMillis(), TimeUnit.MILLISECONDS);
        return;
      }
      if (known.remove(hook)) {
        hasRoomAgain = true;
        look();
      }
      if (failure == null && !outcome.equals(WITHDRAWN)) {
        metrics.runHookEnded(outcome);
      }
    }
  }

  // -- what the log of the gateway says of the receiver

  private void failing(int status) {
    if (!isFailing) {
      isFailing = true;
      String answer = status == 0 ? "no answer" : "status " + status;
      LOG.warn("hooks of ends of runs are not delivered now, they are tried again: {}", answer);
    }
  }

  private void isWorking() {
    if (isFailing) {
      LOG.info("hooks of ends of runs are delivered again");
    }
    isFailing = false;
    lastRefused = 0;
  }

  private void refusing(Delivery delivery, int status) {
    if (lastRefused != status) {
      lastRefused = status;
      String id = RunHookBody.id(delivery.hook);
      LOG.warn("hook {} is refused by its receiver with {}", id, status);
    }
  }

  /**
   * Sends nothing more. Waits up to two seconds for answers that are due, and until the log has
   * removed what was answered; the next start sends the rest. Called before the log is closed.
   */
  @Override
  public void close() {
    timer.execute(
        () -> {
          isClosing = true;
          checkRest();
        });
    try {
      atRest.get(TO_CLOSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception late) {
      LOG.info("some hooks of ends of runs are not answered; the next start sends them again");
    }
    timer.shutdownNow();
  }
}
