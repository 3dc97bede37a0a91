package dev.parley.gateway.agent;

/** Tells an agent that its run was cancelled or has ended. Callable from any thread. */
public interface Cancellation {

  boolean isCancelled();

  /**
   * Runs the action once when the run is cancelled, or at once if it is cancelled already. The
   * action must not block.
   */
  void onCancel(Runnable action);
}
