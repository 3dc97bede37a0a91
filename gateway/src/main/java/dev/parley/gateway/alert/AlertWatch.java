package dev.parley.gateway.alert;

import dev.parley.gateway.alert.Alert.Transition;
import dev.parley.gateway.alert.Condition.Reading;
import dev.parley.gateway.alert.RecentAlerts.AlertEntry;
import dev.parley.gateway.hook.HookOutbox;
import dev.parley.gateway.log.FiringAlert;
import dev.parley.gateway.monitor.Metrics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks all conditions once a second, on a thread of its own that waits for no loop and no disk,
 * and tells of alerts: in the log, as a metric, by web hook, and in the inboxes of operators.
 * Started and closed by any thread.
 */
public final class AlertWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(AlertWatch.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final int MAX_WAITING_HOOKS = 256;

  private final ScheduledExecutorService timer = timer("alerts");

  /** What may wait for a disk: a check must not. */
  private final ScheduledExecutorService figures = timer("figures");

  private final List<Condition> conditions;

  private final Optional<HookOutbox> outbox;
  private final Alerts alerts;
  private final AlertInbox inbox;

  private AlertWatch(
      AlertConfig config, List<Condition> conditions, AlertInbox inbox, Clock clock) {
    this.inbox = inbox;
    this.conditions = List.copyOf(conditions);
    alerts = new Alerts(conditions, config.clearAfter(), this::tell);
    outbox =
        config
            .receiver()
            .map(receiver -> receiver.client(clock))
            .map(client -> new HookOutbox(client::send, this::later, MAX_WAITING_HOOKS));
  }

  private static ScheduledExecutorService timer(String name) {
    return Executors.newSingleThreadScheduledExecutor(
        task -> {
          Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          return thread;
        });
  }

  /**
   * Starts with these conditions. An alert that fired when the last process ended fires still.
   *
   * @param isOpen false when the gateway drains: it refuses then, which is no error
   * @param eachSecond called with the time of {@link System#nanoTime} on a thread that may wait for
   *     a disk, while the gateway drains too
   * @param inbox closed with this
   */
  public static AlertWatch start(
      AlertConfig config,
      List<Condition> conditions,
      Metrics metrics,
      BooleanSupplier isOpen,
      LongConsumer eachSecond,
      AlertInbox inbox,
      Clock clock) {
    AlertWatch watch = new AlertWatch(config, conditions, inbox, clock);
    inbox.left().forEach(left -> watch.goOn(left, clock.instant()));
    for (String name : watch.alerts.names()) {
      metrics.alert(name, () -> watch.alerts.isFiring(name));
    }
    eachSecond(watch.figures, () -> call(eachSecond));
    eachSecond(
        watch.timer,
        () -> {
          if (isOpen.getAsBoolean()) {
            watch.alerts.check(clock.instant(), System.nanoTime());
          }
        });
    return watch;
  }

  private static void eachSecond(ScheduledExecutorService timer, Runnable task) {
    var ignored = timer.scheduleAtFixedRate(task, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void goOn(FiringAlert left, Instant now) {
    Reading reading = new Reading(true, left.value(), left.limit(), left.text());
    AlertEntry fired =
        new AlertEntry(
            left.name(), Instant.ofEpochMilli(left.firedMillis()), Optional.empty(), reading);
    if (!alerts.goOn(fired)) {
      alerts.clear(fired, now);
    }
  }

  private static void call(LongConsumer eachSecond) {
    try {
      eachSecond.accept(System.nanoTime());
    } catch (RuntimeException | Error e) {
      // An error too: the timer would call nothing more.
      LOG.error("figures of this second are not kept", e);
    }
  }

  /** The alerts. */
  public Alerts alerts() {
    return alerts;
  }

  private Future<?> later(long millis, Runnable task) {
    return timer.schedule(task, millis, TimeUnit.MILLISECONDS);
  }

  private void tell(Alert alert) {
    String text = alert.reading().text();
    if (alert.transition() == Transition.FIRED) {
      LOG.warn("alert {}: {}{}", alert.name(), text, detail(alert.name()));
    } else {
      LOG.info("alert {} is over: {}", alert.name(), text);
    }
    outbox.ifPresent(hooks -> hooks.add(AlertHook.id(alert), AlertHook.body(alert)));
    inbox.add(alert);
  }

  private String detail(String name) {
    return conditions.stream()
        .filter(each -> each.name().equals(name))
        .map(Condition::detail)
        .filter(detail -> !detail.isEmpty())
        .map(detail -> System.lineSeparator() + detail)
        .findFirst()
        .orElse("");
  }

  /** Checks nothing more, and sends no hook more. */
  @Override
  public void close() {
    timer.shutdownNow();
    figures.shutdownNow();
    outbox.ifPresent(HookOutbox::close);
    inbox.close();
  }
}
