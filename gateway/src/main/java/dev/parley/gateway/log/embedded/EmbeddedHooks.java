package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.HookCounts;
import dev.parley.gateway.log.RunHook;
import dev.parley.gateway.log.RunHooks;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.UserId;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The web hooks that wait in the log on disk: changes through the committer, reads on the readers'
 * threads.
 */
record EmbeddedHooks(CommitQueue queue, FairReadQueue readers, HookReader reader, HookCounts counts)
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
  public CompletionStage<List<RunHook>> due(long millis, int limit) {
    return readers.call(() -> reader.due(millis, limit));
  }

  @Override
  public CompletionStage<Boolean> waits(RunHook hook) {
    return readers.call(
        () -> reader.find(hook.thread(), hook.seq()).filter(hook::equals).isPresent());
  }

  @Override
  public CompletionStage<Boolean> remove(RunHook hook) {
    return queue.submitRemoval((state, now) -> state.hooks().remove(hook));
  }
}
