package dev.parley.gateway.agent;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that belong to agents: those on which they work, and others for what they hang on
 * stages and cancellations, so that an agent that blocks until the log has caught up never waits
 * for a thread that another such agent holds. All are daemons. Callable from any thread.
 */
public final class AgentPool implements AutoCloseable {

  /** The agents that may work at once. */
  public static final int MOST_WORKERS = 256;

  private static final int CALLBACK_THREADS = 16;
  private static final int IDLE_SECONDS = 30;

  private final ThreadPoolExecutor workers =
      pool(
          "agent", 0, MOST_WORKERS, new SynchronousQueue<>(), new ThreadPoolExecutor.AbortPolicy());
  private final ThreadPoolExecutor callbacks =
      pool(
          "agent-callback",
          CALLBACK_THREADS,
          CALLBACK_THREADS,
          new LinkedBlockingQueue<>(),
          new ThreadPoolExecutor.DiscardPolicy());

  private static ThreadPoolExecutor pool(
      String name,
      int core,
      int most,
      BlockingQueue<Runnable> queue,
      RejectedExecutionHandler rejection) {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            core,
            most,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            queue,
            task -> {
              Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            },
            rejection);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  public AgentThreads threads() {
    return new AgentThreads(workers, callbacks);
  }

  /** Interrupts whoever works; takes nothing more. Does not wait. */
  @Override
  public void close() {
    workers.shutdownNow();
    callbacks.shutdown();
  }
}
