package dev.parley.gateway.log.memory;

import dev.parley.gateway.log.LogExecutor;
import dev.parley.gateway.log.RunHook;
import dev.parley.gateway.log.RunHooks;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.UserId;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The web hooks that wait in a log in memory. Every call runs on the committer's thread. */
record MemoryHookCalls(LogExecutor committer, MemoryHooks hooks) implements RunHooks {

  @Override
  public long waiting() {
    return hooks.counts().all();
  }

  @Override
  public boolean mayWait(UserId user) {
    return hooks.counts().mayWait(user);
  }

  @Override
  public CompletionStage<Integer> acknowledge(ThreadKey thread, long seq) {
    return committer.call(() -> hooks.removeUpTo(thread, seq));
  }

  @Override
  public CompletionStage<List<RunHook>> due(@Nullable RunHook after, long millis, int limit) {
    return committer.call(() -> hooks.due(after, millis, limit));
  }

  @Override
  public CompletionStage<Boolean> waits(RunHook hook) {
    return committer.call(() -> hooks.waits(hook));
  }

  @Override
  public CompletionStage<Boolean> remove(RunHook hook) {
    return committer.call(() -> hooks.remove(hook));
  }
}
