package dev.parley.gateway.user.run;

import dev.parley.gateway.agent.Cancellation;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** The cancellation of one run. The actions that agents register run on the agent pool. */
final class CancelSwitch implements Cancellation {

  private final CompletableFuture<Void> fired = new CompletableFuture<>();
  private final Executor pool;
  private volatile boolean detached;

  CancelSwitch(Executor pool) {
    this.pool = pool;
  }

  void fire() {
    fired.complete(null);
  }

  /** Fires because this process ends: the next one resumes the run. */
  void detach() {
    detached = true;
    fire();
  }

  @Override
  public boolean isDetached() {
    return detached;
  }

  @Override
  public boolean isCancelled() {
    return fired.isDone();
  }

  @Override
  public void onCancel(Runnable action) {
    var ignored = fired.thenRunAsync(action, pool);
  }
}
