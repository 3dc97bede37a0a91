package dev.parley.gateway.monitor;

import java.util.Optional;

/**
 * A task that an event loop runs ten times a second, as other threads see it. So a loop is seen
 * that never comes back. Callable from any thread; nothing waits for the loop.
 */
public interface LoopHeartbeat {

  /** For how long the next run is overdue; 0 when it is not, or the loop ends. */
  long overdueNanos();

  /** The thread of the loop; empty until its first task has run. */
  Optional<Thread> thread();
}
