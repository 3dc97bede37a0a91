package dev.parley.gateway.user.run;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.log.HookRequest;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.CancelledBy;
import dev.parley.gateway.protocol.ServerEvent;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which events of runs a web hook tells to a user who is absent. These are the ends; one that the
 * user has asked for, by cancelling or replacing the run, is not told.
 *
 * @param after how long the user has to acknowledge an end; absent when none is told
 * @param agents those whose runs are told; none means all
 */
public record ToldEnds(Optional<Duration> after, Set<AgentName> agents) {

  /** None is told. */
  public static final ToldEnds NONE = new ToldEnds(Optional.empty(), Set.of());

  public ToldEnds {
    requireNonNull(after, "after");
    agents = Set.copyOf(agents);
  }

  /** What the log is asked with the last event of a run of this agent; null if it is not told. */
  @Nullable HookRequest of(AgentName agent, ServerEvent event) {
    if (after.isEmpty() || !(agents.isEmpty() || agents.contains(agent))) {
      return null;
    }
    long millis = after.get().toMillis();
    if (event instanceof ServerEvent.AgentFailed failed) {
      return new HookRequest(millis, failed.code());
    }
    boolean isTold =
        event instanceof ServerEvent.AgentCancelled cancelled
            ? cancelled.by() != CancelledBy.USER && cancelled.by() != CancelledBy.REPLACED
            : event instanceof ServerEvent.AgentCompleted;
    return isTold ? new HookRequest(millis, null) : null;
  }
}
