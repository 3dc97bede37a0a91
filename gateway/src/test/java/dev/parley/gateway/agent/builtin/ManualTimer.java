package dev.parley.gateway.agent.builtin;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A timer with a manual clock; runs its actions on the thread of the test. */
final class ManualTimer extends AbstractExecutorService implements ScheduledExecutorService {

  private final Deque<Runnable> ready = new ArrayDeque<>();
  private final List<Alarm> alarms = new ArrayList<>();
  private long nanos;

  private final class Alarm extends FutureTask<Void> implements ScheduledFuture<Void> {
    private final long due;

    Alarm(Runnable action, long due) {
      super(action, null);
      this.due = due;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(due - nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }

  /** Runs the actions that are due, then those that become due within this time, in order. */
  void pass(long millis) {
    long until = nanos + TimeUnit.MILLISECONDS.toNanos(millis);
    runReady();
    for (Alarm next = next(until); next != null; next = next(until)) {
      alarms.remove(next);
      nanos = next.due;
      next.run();
      runReady();
    }
    nanos = until;
  }

  long millis() {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  /** The number of scheduled actions that are not cancelled. */
  long waiting() {
    return alarms.stream().filter(alarm -> !alarm.isCancelled()).count();
  }

  private @Nullable Alarm next(long until) {
    return alarms.stream()
        .filter(alarm -> !alarm.isCancelled() && alarm.due <= until)
        .min(Comparator.comparingLong(alarm -> alarm.due))
        .orElse(null);
  }

  private void runReady() {
    for (Runnable action = ready.poll(); action != null; action = ready.poll()) {
      action.run();
    }
  }

  @Override
  public void execute(Runnable action) {
    ready.add(action);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable action, long delay, TimeUnit unit) {
    Alarm alarm = new Alarm(action, nanos + unit.toNanos(delay));
    alarms.add(alarm);
    return alarm;
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> action, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable action, long initialDelay, long period, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable action, long initialDelay, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void shutdown() {}

  @Override
  public List<Runnable> shutdownNow() {
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return true;
  }
}
