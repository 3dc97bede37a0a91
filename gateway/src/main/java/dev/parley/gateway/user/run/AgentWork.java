package dev.parley.gateway.user.run;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.AgentSink;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An agent at work on one run, on a thread of the agent pool. {@link #end} and {@link #interrupt}
 * are called at home; the interrupt reaches that thread only while it is in the agent.
 */
final class AgentWork {

  private final Consumer<@Nullable Throwable> onLeft;
  private @Nullable Thread worker;
  private boolean over;

  /**
   * Work that has not begun.
   *
   * @param onLeft called from any thread when the agent has left the run, with its failure if there
   *     is one
   */
  AgentWork(Consumer<@Nullable Throwable> onLeft) {
    this.onLeft = onLeft;
  }

  @SuppressWarnings("IllegalCatch")
  void run(Agent agent, AgentRequest request, AgentSink sink) {
    if (!enter()) {
      return;
    }
    CompletionStage<Void> left;
    try {
      left = requireNonNull(agent.run(request, sink), "stage of the agent");
    } catch (Throwable failure) {
      leave();
      onLeft.accept(failure);
      return;
    }
    leave();
    left.whenComplete((done, failure) -> onLeft.accept(failure));
  }

  private synchronized boolean enter() {
    worker = over ? null : Thread.currentThread();
    return !over;
  }

  private synchronized void leave() {
    worker = null;
    // Another agent uses the thread next: an interrupt that was meant for this one ends here.
    Thread.interrupted();
  }

  /**
   * The run is over: an agent that was not called yet is not called any more. Returns whether one
   * that was called still holds its thread.
   */
  synchronized boolean end() {
    over = true;
    return worker != null;
  }

  synchronized void interrupt() {
    if (worker != null) {
      worker.interrupt();
    }
  }
}
