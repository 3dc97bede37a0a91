package dev.parley.gateway.log;

import dev.parley.gateway.protocol.UserId;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The web hooks of a real log, with a test between each call and the log. */
public abstract class ForwardingHooks implements RunHooks {

  private final RunHooks log;

  protected ForwardingHooks(RunHooks log) {
    this.log = log;
  }

  /**
   * Makes the call, sooner or later.
   *
   * @param name of the method that was called
   */
  protected abstract <T> CompletionStage<T> pass(String name, Supplier<CompletionStage<T>> call);

  @Override
  public final long waiting() {
    return log.waiting();
  }

  @Override
  public final boolean mayWait(UserId user) {
    return log.mayWait(user);
  }

  @Override
  public final CompletionStage<Integer> acknowledge(ThreadKey thread, long seq) {
    return pass("acknowledge", () -> log.acknowledge(thread, seq));
  }

  @Override
  public final CompletionStage<List<RunHook>> due(@Nullable RunHook after, long millis, int limit) {
    return pass("due", () -> log.due(after, millis, limit));
  }

  @Override
  public final CompletionStage<Boolean> waits(RunHook hook) {
    return pass("waits", () -> log.waits(hook));
  }

  @Override
  public final CompletionStage<Boolean> remove(RunHook hook) {
    return pass("remove", () -> log.remove(hook));
  }
}
