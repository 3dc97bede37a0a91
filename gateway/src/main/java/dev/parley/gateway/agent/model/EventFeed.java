package dev.parley.gateway.agent.model;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentSink;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Gives many events to a sink, as fast as it takes them. */
final class EventFeed {

  private final AgentSink sink;

  EventFeed(AgentSink sink) {
    this.sink = sink;
  }

  /** Emits together what the log has room for, and the rest when it has room again. */
  CompletionStage<Void> emitAll(List<AgentEvent> events) {
    return emitAll(events.iterator());
  }

  private CompletionStage<Void> emitAll(Iterator<AgentEvent> events) {
    while (events.hasNext()) {
      CompletionStage<Void> taken = sink.emit(events.next());
      if (!taken.toCompletableFuture().isDone()) {
        return taken.thenCompose(room -> emitAll(events));
      }
    }
    return CompletableFuture.completedFuture(null);
  }

  /**
   * The same, and the stage completes when all of them are stored. The log keeps their order, so
   * the last stands for all.
   *
   * @param events at least one
   */
  CompletionStage<Void> emitSynced(List<AgentEvent> events) {
    int last = events.size() - 1;
    return emitAll(events.subList(0, last)).thenCompose(room -> sink.emitSynced(events.get(last)));
  }
}
