package dev.parley.gateway.agent;

/** Tells an agent that its run is to end. Callable from any thread. */
public interface Cancellation {

  boolean isCancelled();

  /**
   * Runs the action once when the run is cancelled, at once if it already is. It must not block.
   */
  void onCancel(Runnable action);
}
