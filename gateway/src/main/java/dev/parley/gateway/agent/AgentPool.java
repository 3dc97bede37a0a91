package dev.parley.gateway.agent;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The threads that belong to agents: those on which they work, virtual ones where this Java has
 * them, and others for what they hang on stages and cancellations, so that an agent that blocks
 * until the log has caught up never waits for a thread that another such agent holds. All are
 * daemons. Callable from any thread.
 */
public final class AgentPool implements AutoCloseable {

  private static final int MOST_PLATFORM_WORKERS = 256;
  private static final int MOST_VIRTUAL_WORKERS = 10_000;

  private static final int CALLBACK_THREADS = 16;
  private static final int IDLE_SECONDS = 30;

  private final @Nullable VirtualWorkers virtual =
      VirtualWorkers.ofAtMost(MOST_VIRTUAL_WORKERS).orElse(null);
  private final ThreadPoolExecutor platform =
      pool(
          "agent",
          0,
          MOST_PLATFORM_WORKERS,
          new SynchronousQueue<>(),
          new ThreadPoolExecutor.AbortPolicy());
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

  /** The agents that may work at once. */
  public int most() {
    return virtual != null ? MOST_VIRTUAL_WORKERS : MOST_PLATFORM_WORKERS;
  }

  public AgentThreads threads() {
    return new AgentThreads(virtual != null ? virtual : platform, callbacks);
  }

  /** Interrupts whoever works; takes nothing more. Does not wait. */
  @Override
  public void close() {
    if (virtual != null) {
      virtual.close();
    }
    platform.shutdownNow();
    callbacks.shutdown();
  }
}
