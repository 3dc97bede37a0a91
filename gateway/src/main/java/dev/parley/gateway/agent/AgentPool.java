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
 * The threads of agents. Workers run the agents: virtual threads where this Java has them, else
 * platform threads. Callback threads run what agents attach to stages and cancellations, so that an
 * agent that blocks for backpressure never waits for a thread that another blocked agent holds. All
 * threads are daemons. Callable from any thread.
 */
public final class AgentPool implements AutoCloseable {

  private static final int MAX_PLATFORM_WORKERS = 256;
  private static final int MAX_VIRTUAL_WORKERS = 10_000;

  private static final int CALLBACK_THREADS = 16;
  private static final int IDLE_SECONDS = 30;

  private final @Nullable VirtualWorkers virtual =
      VirtualWorkers.create(MAX_VIRTUAL_WORKERS).orElse(null);
  private final ThreadPoolExecutor platform =
      pool(
          "agent",
          0,
          MAX_PLATFORM_WORKERS,
          new SynchronousQueue<>(),
          new ThreadPoolExecutor.AbortPolicy());
  private final ThreadPoolExecutor callbacks =
      pool(
          "agent-callback",
          CALLBACK_THREADS,
          CALLBACK_THREADS,
          new LinkedBlockingQueue<>(),
          new ThreadPoolExecutor.DiscardPolicy());

  /**
   * All threads of callbacks are there from the start: what an agent waits for comes also when the
   * system gives no thread any more.
   */
  public AgentPool() {
    callbacks.prestartAllCoreThreads();
  }

  private static ThreadPoolExecutor pool(
      String name,
      int core,
      int max,
      BlockingQueue<Runnable> queue,
      RejectedExecutionHandler rejection) {
    AtomicInteger number = new AtomicInteger();
    return new ThreadPoolExecutor(
        core,
        max,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        queue,
        task -> {
          Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        },
        rejection);
  }

  /** The maximum number of agents that work at once. */
  public int maxWorkers() {
    return virtual != null ? MAX_VIRTUAL_WORKERS : MAX_PLATFORM_WORKERS;
  }

  public AgentThreads threads() {
    return new AgentThreads(virtual != null ? virtual : platform, callbacks);
  }

  /** Interrupts the workers and rejects new tasks. Does not wait. */
  @Override
  public void close() {
    if (virtual != null) {
      virtual.close();
    }
    platform.shutdownNow();
    callbacks.shutdown();
  }
}
