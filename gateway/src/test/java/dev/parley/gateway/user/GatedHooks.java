package dev.parley.gateway.user;

import dev.parley.gateway.log.RunHook;
import dev.parley.gateway.log.RunHooks;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.UserId;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The web hooks of a real log, whose calls and answers a test can hold. */
record GatedHooks(RunHooks log, Gate gate) implements RunHooks {

  @Override
  public long waiting() {
    return log.waiting();
  }

  @Override
  public boolean mayWait(UserId user) {
    return log.mayWait(user);
  }

  @Override
  public CompletionStage<Integer> acknowledge(ThreadKey thread, long seq) {
    return gate.pass(() -> log.acknowledge(thread, seq));
  }

  @Override
  public CompletionStage<List<RunHook>> due(long millis, int limit) {
    return gate.pass(() -> log.due(millis, limit));
  }

  @Override
  public CompletionStage<Boolean> waits(RunHook hook) {
    return gate.pass(() -> log.waits(hook));
  }

  @Override
  public CompletionStage<Boolean> remove(RunHook hook) {
    return gate.pass(() -> log.remove(hook));
  }
}
