package dev.parley.gateway.log;

import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import org.jspecify.annotations.Nullable;

/**
 * A web hook that waits: it tells that a run has ended, unless the user acknowledges that before it
 * is due. Times are epoch milliseconds.
 *
 * @param seq that of the end
 * @param code why the run failed; absent if it did not
 */
public record RunHook(
    ThreadKey thread,
    long seq,
    RunId run,
    AgentName agent,
    RunState state,
    @Nullable ErrorCode code,
    long endedMillis,
    long dueMillis) {

  static RunHook of(RunRecord ended, long seq, HookRequest request, Moment now) {
    return new RunHook(
        ended.thread(),
        seq,
        ended.run(),
        ended.agent(),
        ended.state(),
        request.code(),
        now.latestMillis(),
        now.latestMillis() + request.afterMillis());
  }
}
