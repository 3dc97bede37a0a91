package dev.parley.gateway.user.home;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * A home that tells when what was to go on later throws: a call's result or failure, or a timer.
 * Somebody may wait for what that has left undone. The thread of the home logs it.
 */
public record GuardedHome(Home home, Consumer<Throwable> onFault) implements Home {

  @Override
  public void execute(Runnable task) {
    home.execute(task);
  }

  @Override
  public <T> void whenComplete(
      CompletionStage<T> stage, Consumer<? super T> onResult, Consumer<Throwable> onFailure) {
    home.whenComplete(
        stage,
        result -> run(() -> onResult.accept(result)),
        failure -> run(() -> onFailure.accept(failure)));
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    return home.schedule(delay, () -> run(task));
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error fault) {
      onFault.accept(fault);
      throw fault;
    }
  }

  @Override
  public boolean inHome() {
    return home.inHome();
  }

  @Override
  public long nanoTime() {
    return home.nanoTime();
  }

  @Override
  public Instant now() {
    return home.now();
  }
}
