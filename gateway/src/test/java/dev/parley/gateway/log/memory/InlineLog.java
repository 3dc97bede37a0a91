package dev.parley.gateway.log.memory;

import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.ExpiryClock;
import dev.parley.gateway.log.LogExecutor;
import dev.parley.gateway.log.QueueBound;
import dev.parley.gateway.log.Retention;
import dev.parley.gateway.protocol.IdSource;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A log in memory that runs on the calling thread, so that a seed gives the same result each time
 * and no test waits for another thread.
 */
public final class InlineLog {

  private InlineLog() {}

  /** A log for one thread. */
  public static EventLog open() {
    return new MemoryLog(
        new ExpiryClock(Clock.systemUTC(), System::nanoTime, Retention.DEFAULT.grace()),
        IdSource.random(),
        Retention.DEFAULT,
        new QueueBound(QueueBound.DEFAULT_BYTES),
        new LogExecutor(new InlineExecutor()));
  }

  private static final class InlineExecutor extends AbstractExecutorService {
    private boolean shutdown;

    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public void shutdown() {
      shutdown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
      shutdown = true;
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return shutdown;
    }

    @Override
    public boolean isTerminated() {
      return shutdown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return shutdown;
    }
  }
}
