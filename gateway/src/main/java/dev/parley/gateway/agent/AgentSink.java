package dev.parley.gateway.agent;

import dev.parley.gateway.protocol.RawJson;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Takes the events of an agent. Callable from any thread; events keep the order of the calls. */
@FunctionalInterface
public interface AgentSink {

  /**
   * Takes one event. The stage is incomplete while the log is behind (backpressure): an agent waits
   * for it before it emits the next event. The run of an agent that does not wait is ended.
   */
  CompletionStage<Void> emit(AgentEvent event);

  /**
   * Takes one event like {@link #emit}, and says when it is stored. The stage completes when the
   * log has the event durably, as the store promises. What must happen at most once, even if the
   * gateway is killed, begins after that. The stage fails with a {@link CancellationException} when
   * the event will not be stored, or the run is cancelled or ends before it is. It completes on a
   * callback thread of the agents; one that fails may do so in this call.
   */
  default CompletionStage<Void> emitSynced(AgentEvent event) {
    return emit(event);
  }

  /**
   * Takes the events that one event of the service became, and where the run stands there after it.
   * The log stores all of it in one commit. The stage is that of {@link #emit}.
   *
   * @param events none if the checkpoint alone is new; a {@link AgentEvent.Note} comes before an
   *     event that carries it
   * @param checkpoint what {@link AgentRequest#resumption} hands back after a restart, at most 64
   *     KiB; it replaces the one before. Only a {@link Agent#isResumable resumable} agent gives one
   */
  default CompletionStage<Void> emitAll(List<AgentEvent> events, RawJson checkpoint) {
    CompletionStage<Void> last = CompletableFuture.completedFuture(null);
    for (AgentEvent event : events) {
      last = emit(event);
    }
    return last;
  }

  /** Takes events like {@link #emitAll}; the stage is that of {@link #emitSynced}. */
  default CompletionStage<Void> emitAllSynced(List<AgentEvent> events, RawJson checkpoint) {
    CompletionStage<Void> last = CompletableFuture.completedFuture(null);
    for (AgentEvent event : events) {
      last = emitSynced(event);
    }
    return last;
  }

  /**
   * Says that the agent is at work though it has no event, for example because its service sent a
   * sign of life. The time limits of silence, {@code runs.first_timeout} and {@code
   * runs.idle_timeout}, begin again; {@code runs.timeout} does not. Cheap enough for each such
   * sign.
   */
  default void alive() {}
}
