package dev.parley.gateway.user.home;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A home in virtual time. The thread that made it is its thread; tasks run when that one says so.
 * Any thread may give it tasks.
 */
public final class ManualHome implements Home {

  private static final Instant BEGIN = Instant.parse("2026-11-22T10:00:00Z");
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  private record Alarm(long at, long order, Runnable task) {}

  private final Thread thread = Thread.currentThread();
  private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private final PriorityQueue<Alarm> alarms =
      new PriorityQueue<>(Comparator.comparingLong(Alarm::at).thenComparingLong(Alarm::order));
  private long nanos;
  private long scheduled;

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public boolean inHome() {
    return Thread.currentThread() == thread;
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    Alarm alarm = new Alarm(nanos + delay.toNanos(), scheduled++, task);
    alarms.add(alarm);
    return () -> alarms.remove(alarm);
  }

  @Override
  public long nanoTime() {
    return nanos;
  }

  @Override
  public Instant now() {
    return BEGIN.plusNanos(nanos);
  }

  /** Runs what has been given, and what that gives. */
  public void runAll() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  public boolean isEmpty() {
    return tasks.isEmpty();
  }

  /** How many alarms are set. */
  public int alarms() {
    return alarms.size();
  }

  /** Runs tasks until the condition holds; other threads may be on their way with one. */
  public void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    runAll();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("condition: false after 20 s (expected: true)");
      }
      runNext();
    }
  }

  private void runNext() {
    try {
      Runnable task = tasks.poll(1, TimeUnit.MILLISECONDS);
      if (task != null) {
        task.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Lets time pass up to the next alarm, but not beyond the limit; tells whether there was one. */
  public boolean passToNextAlarm(long limitNanos) {
    Alarm next = alarms.peek();
    if (next == null || next.at() > limitNanos) {
      nanos = limitNanos;
      return false;
    }
    alarms.remove();
    nanos = Math.max(nanos, next.at());
    next.task().run();
    return true;
  }

  /** Lets time pass while nothing runs; alarms that are due by the end of it run then. */
  public void standStill(Duration time) {
    nanos += time.toNanos();
    for (Alarm due = alarms.peek(); due != null && due.at() <= nanos; due = alarms.peek()) {
      alarms.remove();
      due.task().run();
    }
  }
}
