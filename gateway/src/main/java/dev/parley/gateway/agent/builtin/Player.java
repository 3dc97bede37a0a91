package dev.parley.gateway.agent.builtin;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentSink;
import dev.parley.gateway.agent.Cancellation;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Plays the steps of one run: the pause, then the event, and the next step when the log has taken
 * the event. Every step runs on a thread of the worker, and the timer only times; between steps a
 * run holds no thread.
 */
final class Player {

  private final Iterator<Step> steps;
  private final AgentSink sink;
  private final ScheduledExecutorService timer;
  private final Executor worker;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private volatile @Nullable Future<?> pause;

  private Player(
      Iterator<Step> steps, AgentSink sink, ScheduledExecutorService timer, Executor worker) {
    this.steps = steps;
    this.sink = sink;
    this.timer = timer;
    this.worker = worker;
  }

  /**
   * Starts to play the steps.
   *
   * @return a stage that completes after the last step, or at once when the run is cancelled
   */
  static CompletionStage<Void> play(
      Iterator<Step> steps,
      AgentSink sink,
      ScheduledExecutorService timer,
      Executor worker,
      Cancellation cancellation) {
    Player player = new Player(steps, sink, timer, worker);
    cancellation.onCancel(player::stop);
    player.execute(player::next);
    return player.done;
  }

  private void execute(Runnable action) {
    try {
      worker.execute(() -> guarded(action));
    } catch (RejectedExecutionException shutDown) {
      done.completeExceptionally(shutDown);
    }
  }

  private void guarded(Runnable action) {
    try {
      if (!done.isDone()) {
        action.run();
      }
    } catch (RuntimeException fault) {
      done.completeExceptionally(fault);
    }
  }

  private void next() {
    if (!steps.hasNext()) {
      done.complete(null);
      return;
    }
    Step step = steps.next();
    if (step.pause().isZero()) {
      emit(step.event());
    } else {
      pauseBefore(step);
    }
  }

  private void pauseBefore(Step step) {
    Runnable then = () -> execute(() -> emit(step.event()));
    Future<?> waiting = timer.schedule(then, step.pause().toNanos(), TimeUnit.NANOSECONDS);
    pause = waiting;
    if (done.isDone()) {
      waiting.cancel(false);
    }
  }

  private void emit(AgentEvent event) {
    sink.emit(event)
        .whenComplete(
            (taken, fault) -> {
              if (fault == null) {
                execute(this::next);
              } else {
                done.completeExceptionally(fault);
              }
            });
  }

  /** Callable from any thread. No event follows, except one that is being emitted now. */
  private void stop() {
    done.complete(null);
    Future<?> waiting = pause;
    if (waiting != null) {
      waiting.cancel(false);
    }
  }
}
