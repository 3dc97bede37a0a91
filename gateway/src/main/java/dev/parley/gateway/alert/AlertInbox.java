package dev.parley.gateway.alert;

import dev.parley.gateway.alert.Alert.Transition;
import dev.parley.gateway.log.Audience;
import dev.parley.gateway.log.BroadcastKey;
import dev.parley.gateway.log.DamagedRecordException;
import dev.parley.gateway.log.FiringAlert;
import dev.parley.gateway.log.Inboxes;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.BroadcastId;
import dev.parley.gateway.protocol.Notice;
import dev.parley.gateway.protocol.Priority;
import dev.parley.gateway.protocol.Texts;
import dev.parley.gateway.user.inbox.BroadcastRequest;
import dev.parley.gateway.user.inbox.Broadcasts;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the alerts that fire in the store, for the next process, and tells operators of them in
 * their inboxes. One step follows the other. While the store does not answer, a step is tried
 * again; one that fails otherwise is tried a few times, then counted and left out, and the alert
 * counts as not told: the next process tells it. Each broadcast has an id that is made of its
 * alert, so it is stored once. Callable from any thread; never blocks but in {@link #left}.
 */
public final class AlertInbox implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(AlertInbox.class);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration TTL = Duration.ofHours(24);
  private static final int MAX_NAME = 150;
  private static final int MAX_TEXT = 2_000;

  /** Each alert takes three or two. */
  private static final int MAX_STEPS = 1_024;

  /** How often a step is tried that a pause alone does not help. */
  static final int MAX_ATTEMPTS = 5;

  private final Inboxes log;
  private final Optional<Broadcasts> broadcasts;
  private final Metrics metrics;
  private final Executor later;
  private final Deque<Supplier<CompletionStage<?>>> steps = new ArrayDeque<>();
  private @Nullable Supplier<CompletionStage<?>> running;
  private int attempts;
  private boolean isClosed;

  /**
   * Works with this store.
   *
   * @param broadcasts empty: nobody is told
   */
  public AlertInbox(Inboxes log, Optional<Broadcasts> broadcasts, Metrics metrics) {
    this(
        log,
        broadcasts,
        metrics,
        CompletableFuture.delayedExecutor(RETRY.toMillis(), TimeUnit.MILLISECONDS));
  }

  /** Tries again by this executor. */
  AlertInbox(Inboxes log, Optional<Broadcasts> broadcasts, Metrics metrics, Executor later) {
    this.log = log;
    this.broadcasts = broadcasts;
    this.metrics = metrics;
    this.later = later;
  }

  /** The alerts that fired when the last process ended. Blocks. */
  public List<FiringAlert> left() {
    try {
      List<FiringAlert> left = log.alerts().toCompletableFuture().join();
      left.stream().filter(alert -> !alert.isTold()).forEach(this::tellFired);
      return left;
    } catch (CompletionException e) {
      LOG.warn("the alerts of the last process cannot be read", e);
      return List.of();
    }
  }

  /** The alert has fired or cleared. */
  public void add(Alert alert) {
    if (alert.transition() == Transition.FIRED) {
      FiringAlert firing =
          new FiringAlert(
              alert.name(),
              alert.firedAt().toEpochMilli(),
              alert.reading().value(),
              alert.reading().limit(),
              alert.reading().text(),
              broadcasts.isEmpty());
      add(() -> log.put(firing));
      tellFired(firing);
    } else {
      BroadcastRequest over =
          notice(
              alert.transition(),
              alert.name(),
              alert.firedAt().toEpochMilli(),
              alert.reading().text());
      broadcasts.ifPresent(all -> add(() -> all.send(over, null)));
      add(() -> log.removeAlert(alert.name()));
    }
  }

  /** In one step: what could not be told does not count as told. */
  private void tellFired(FiringAlert firing) {
    BroadcastRequest notice =
        notice(Transition.FIRED, firing.name(), firing.firedMillis(), firing.text());
    broadcasts.ifPresent(
        all ->
            add(
                () ->
                    all.send(notice, null)
                        .thenCompose(
                            sent ->
                                firing.isTold()
                                    ? CompletableFuture.completedStage(firing)
                                    : log.put(firing.told()))));
  }

  private static BroadcastRequest notice(
      Transition transition, String name, long firedMillis, String text) {
    boolean hasFired = transition == Transition.FIRED;
    Notice notice =
        new Notice(
            (hasFired ? "Alert: " : "Alert over: ") + Texts.line(name, MAX_NAME),
            Texts.line(text, MAX_TEXT),
            null,
            hasFired ? Priority.HIGH : Priority.NORMAL);
    return new BroadcastRequest(
        BroadcastKey.NO_TENANT,
        id(transition, name, firedMillis),
        new Audience.Operators(),
        notice,
        TTL.toSeconds());
  }

  /** The same whenever it is told again. */
  private static BroadcastId id(Transition transition, String name, long firedMillis) {
    UUID digest = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    return new BroadcastId(transition.wire() + "-" + firedMillis + "-" + digest);
  }

  private synchronized void add(Supplier<CompletionStage<?>> step) {
    if (steps.size() >= MAX_STEPS) {
      LOG.warn("the store does not take alerts: the oldest that waits is dropped");
      steps.removeFirst();
      metrics.alertNotTold();
    }
    steps.addLast(step);
    next();
  }

  private synchronized void next() {
    if (running == null && !isClosed) {
      running = steps.poll();
      attempts = 0;
      run();
    }
  }

  private synchronized void run() {
    Supplier<CompletionStage<?>> step = running;
    if (step != null && !isClosed) {
      try {
        var ignored = step.get().whenComplete((done, failure) -> ran(failure));
      } catch (RuntimeException | Error failure) {
        // An error too: nothing would follow it.
        ran(failure);
      }
    }
  }

  private synchronized void ran(@Nullable Throwable failure) {
    if (failure != null) {
      boolean passes = passes(failure);
      if (passes || ++attempts < MAX_ATTEMPTS) {
        later.execute(this::run);
        return;
      }
      LOG.error("an alert is not in the store, or not in the inboxes of operators", failure);
      metrics.alertNotTold();
    }
    running = null;
    next();
  }

  private static boolean passes(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof LogException && !(cause instanceof DamagedRecordException);
  }

  /** Stores nothing more. */
  @Override
  public synchronized void close() {
    isClosed = true;
  }
}
