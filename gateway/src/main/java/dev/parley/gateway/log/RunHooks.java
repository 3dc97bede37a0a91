package dev.parley.gateway.log;

import dev.parley.gateway.protocol.UserId;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The web hooks that wait. A part of the {@link EventLog}, with the same threads, order and
 * failures. A hook is stored with the end of its run, in one write. It is removed, durably when the
 * stage completes, by an acknowledgement, by {@link #remove}, or with its thread or user.
 */
public interface RunHooks {

  /**
   * The maximum of hooks that wait; of one tenant, no more than it leaves for all. Of an end beyond
   * that none is kept.
   */
  int MAX_WAITING = 100_000;

  /** The maximum of hooks that wait of one user. */
  int MAX_OF_USER = 1_000;

  /** How many wait. */
  long waiting();

  /**
   * Whether a hook of the user may wait. Known without asking the store. False only if none waits.
   */
  boolean mayWait(UserId user);

  /** Removes the hooks of ends of the thread up to this seq, and tells how many these were. */
  CompletionStage<Integer> acknowledge(ThreadKey thread, long seq);

  /**
   * Those that are due at this time, the first one first, at most {@code limit}.
   *
   * @param after only what comes after this one, which need not wait any more; null for all
   */
  CompletionStage<List<RunHook>> due(@Nullable RunHook after, long millis, int limit);

  /** Whether the hook still waits. */
  CompletionStage<Boolean> waits(RunHook hook);

  /** Removes the hook; false if it did not wait any more. */
  CompletionStage<Boolean> remove(RunHook hook);
}
