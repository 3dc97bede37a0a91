package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.HookCounts;
import dev.parley.gateway.log.RunHook;
import dev.parley.gateway.log.RunHooks;
import dev.parley.gateway.log.StoreWatch;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.UserId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The web hooks that wait in the log on disk: changes through the committer, reads on the readers'
 * threads.
 */
record EmbeddedHooks(
    CommitQueue queue,
    FairReadQueue readers,
    HookReader reader,
    HookCounts counts,
    StoreWatch watch)
    implements RunHooks {

  @Override
  public long waiting() {
    return counts.all();
  }

  @Override
  public boolean mayWait(UserId user) {
    return counts.mayWait(user);
  }

  @Override
  public CompletionStage<Integer> acknowledge(ThreadKey thread, long seq) {
    return queue.submitRemoval((state, now) -> state.hooks().removeUpTo(thread, seq));
  }

  @Override
  public CompletionStage<List<RunHook>> due(@Nullable RunHook after, long millis, int limit) {
    return readers
        .call(() -> reader.due(after, millis, limit))
        .thenCompose(
            due ->
                due.dead().isEmpty()
                    ? CompletableFuture.completedStage(due.hooks())
                    : removeDead(due.dead()).thenApply(done -> due.hooks()));
  }

  /** Nobody can be told of them. What cannot be removed now is found again. */
  private CompletionStage<?> removeDead(List<byte[]> dueKeys) {
    return queue
        .submitRemoval((state, now) -> state.hooks().removeDead(dueKeys))
        .handle(
            (damaged, failure) -> {
              for (int i = 0; failure == null && i < damaged; i++) {
                watch.hookDamaged();
              }
              return failure == null;
            });
  }

  @Override
  public CompletionStage<Boolean> waits(RunHook hook) {
    return readers.call(
        hook.thread().user(),
        () -> reader.find(hook.thread(), hook.seq()).filter(hook::equals).isPresent());
  }

  @Override
  public CompletionStage<Boolean> remove(RunHook hook) {
    return queue.submitRemoval((state, now) -> state.hooks().remove(hook));
  }
}
