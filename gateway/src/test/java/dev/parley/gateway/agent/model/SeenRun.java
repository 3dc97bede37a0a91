package dev.parley.gateway.agent.model;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.AgentSink;
import dev.parley.gateway.agent.Cancellation;
import dev.parley.gateway.agent.HistorySource;
import dev.parley.gateway.agent.Resumption;
import dev.parley.gateway.protocol.ConversationId;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A run of an agent without a gateway: its request, and the events that it has emitted. */
public final class SeenRun implements AgentSink, Cancellation {

  public final List<AgentEvent> events = new CopyOnWriteArrayList<>();
  public int signsOfLife;
  public @Nullable RawJson context;
  public volatile @Nullable RawJson checkpoint;
  public long noteBytes;
  private CompletableFuture<Void> room = CompletableFuture.completedFuture(null);
  private final List<Runnable> actions = new ArrayList<>();
  private volatile boolean cancelled;
  private volatile boolean detached;

  /** The request of this run, as a process gets it that goes on with it. */
  public AgentRequest resumed(@Nullable RawJson last) {
    return request(RawJson.of("\"hi\""), HistorySource.NONE, new Resumption(last, noteBytes));
  }

  /** The request of this run. */
  public AgentRequest request(RawJson input, HistorySource history) {
    return request(input, history, null);
  }

  private AgentRequest request(
      RawJson input, HistorySource history, @Nullable Resumption resumption) {
    return new AgentRequest(
        new UserId("acme", "ada"),
        new ThreadId("t"),
        new RunId("r_1"),
        new ConversationId("x"),
        input,
        context,
        null,
        history,
        resumption,
        this);
  }

  /** From now on the log is behind. */
  public void fill() {
    room = new CompletableFuture<>();
  }

  /** The log has caught up. */
  public void drain() {
    CompletableFuture<Void> full = room;
    room = CompletableFuture.completedFuture(null);
    full.complete(null);
  }

  /** Cancels the run, or ends it. */
  public void cancel() {
    List<Runnable> due;
    synchronized (actions) {
      cancelled = true;
      due = List.copyOf(actions);
    }
    due.forEach(Runnable::run);
  }

  /** Ends this process alone. */
  public void detach() {
    detached = true;
    cancel();
  }

  @Override
  public boolean isDetached() {
    return detached;
  }

  /** The last event. */
  public AgentEvent last() {
    return events.get(events.size() - 1);
  }

  @Override
  public CompletionStage<Void> emit(AgentEvent event) {
    events.add(event);
    return room;
  }

  @Override
  public CompletionStage<Void> emitAll(List<AgentEvent> all, RawJson last) {
    events.addAll(all);
    checkpoint = last;
    return room;
  }

  @Override
  public void alive() {
    signsOfLife++;
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public void onCancel(Runnable action) {
    synchronized (actions) {
      if (!cancelled) {
        actions.add(action);
        return;
      }
    }
    action.run();
  }
}
