package dev.parley.gateway.agent.langgraph;

import dev.parley.gateway.agent.Cancellation;
import java.util.concurrent.CompletableFuture;

/**
 * Closes the connections of a run. It fires after the run was cancelled: a run that the service has
 * not named yet cannot be stopped there, so its stream stays open until then.
 */
final class RunStop implements Cancellation {

  private final CompletableFuture<Void> fired = new CompletableFuture<>();

  void fire() {
    fired.complete(null);
  }

  @Override
  public boolean isCancelled() {
    return fired.isDone();
  }

  @Override
  public void onCancel(Runnable action) {
    var ignored = fired.thenRun(action);
  }
}
