package dev.parley.gateway.agent;

import java.lang.reflect.InvocationTargetException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;

/** Runs each task on a virtual thread of its own, up to a maximum. Callable from any thread. */
final class VirtualWorkers implements Executor {

  private final ThreadFactory factory;
  private final Semaphore places;
  private final Set<Thread> working = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** Workers on threads of this factory, so many at once. */
  VirtualWorkers(ThreadFactory factory, int max) {
    this.factory = factory;
    this.places = new Semaphore(max);
  }

  /** Workers, if this Java has virtual threads (21 and later). */
  static Optional<VirtualWorkers> create(int max) {
    try {
      Class<?> builder = Class.forName("java.lang.Thread$Builder");
      Object virtual = Thread.class.getMethod("ofVirtual").invoke(null);
      Object named =
          builder.getMethod("name", String.class, long.class).invoke(virtual, "agent-", 1L);
      ThreadFactory factory = (ThreadFactory) builder.getMethod("factory").invoke(named);
      return Optional.of(new VirtualWorkers(factory, max));
    } catch (ClassNotFoundException | NoSuchMethodException e) {
      return Optional.empty();
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(
          "virtual threads: cannot be created (expected: by this Java)", e);
    }
  }

  @Override
  public void execute(Runnable task) {
    if (closed || !places.tryAcquire()) {
      throw new RejectedExecutionException("agents: all threads are in use");
    }
    try {
      factory.newThread(() -> work(task)).start();
    } catch (RuntimeException | Error refused) {
      places.release();
      throw refused;
    }
  }

  private void work(Runnable task) {
    Thread self = Thread.currentThread();
    working.add(self);
    try {
      if (!closed) {
        task.run();
      }
    } finally {
      working.remove(self);
      places.release();
    }
  }

  /** Interrupts the workers and rejects new tasks. */
  void close() {
    closed = true;
    working.forEach(Thread::interrupt);
  }
}
