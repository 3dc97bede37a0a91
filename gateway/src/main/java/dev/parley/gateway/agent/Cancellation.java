package dev.parley.gateway.agent;

/** Tells an agent that its run was cancelled or has ended. Callable from any thread. */
public interface Cancellation {

  boolean isCancelled();

  /**
   * Whether only this process ends, and the next one resumes the run. The service must then not be
   * told to stop. Known when the cancellation fires.
   */
  default boolean isDetached() {
    return false;
  }

  /**
   * Runs the action once when the run is cancelled, or at once if it is cancelled already. The
   * action must not block.
   */
  void onCancel(Runnable action);
}
