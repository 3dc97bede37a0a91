package dev.parley.gateway.agent;

import java.lang.reflect.InvocationTargetException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;

/** A virtual thread for each task, up to a bound. Callable from any thread. */
final class VirtualWorkers implements Executor {

  private final ThreadFactory factory;
  private final Semaphore places;
  private final Set<Thread> working = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private VirtualWorkers(ThreadFactory factory, int most) {
    this.factory = factory;
    this.places = new Semaphore(most);
  }

  /** Workers where this Java has virtual threads (21 and later). */
  static Optional<VirtualWorkers> ofAtMost(int most) {
    try {
      Class<?> builder = Class.forName("java.lang.Thread$Builder");
      Object virtual = Thread.class.getMethod("ofVirtual").invoke(null);
      Object named =
          builder.getMethod("name", String.class, long.class).invoke(virtual, "agent-", 1L);
      ThreadFactory factory = (ThreadFactory) builder.getMethod("factory").invoke(named);
      return Optional.of(new VirtualWorkers(factory, most));
    } catch (ClassNotFoundException | NoSuchMethodException e) {
      return Optional.empty();
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("virtual threads: not to be had (expected: in this Java)", e);
    }
  }

  @Override
  public void execute(Runnable task) {
    if (closed || !places.tryAcquire()) {
      throw new RejectedExecutionException("agents: no thread free");
    }
    factory.newThread(() -> work(task)).start();
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

  /** Interrupts whoever works; takes nothing more. */
  void close() {
    closed = true;
    working.forEach(Thread::interrupt);
  }
}
