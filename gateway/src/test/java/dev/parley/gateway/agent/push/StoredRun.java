package dev.parley.gateway.agent.push;

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
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A run without a gateway: a log that stores when the test says so, in commits. */
final class StoredRun implements AgentSink, Cancellation {

  static final UserId USER = new UserId("acme", "ada");
  static final RunId RUN = new RunId("r_1");

  /** What is stored, and the newest checkpoint that is stored. */
  final List<AgentEvent> events = new ArrayList<>();

  @Nullable RawJson checkpoint;
  int signsOfLife;
  boolean isSlow;

  /** The next events are no valid ones of the run. */
  boolean leavesOut;

  private final List<Runnable> unstored = new ArrayList<>();
  private final List<CompletableFuture<Void>> waiting = new ArrayList<>();
  private final List<Runnable> actions = new ArrayList<>();
  private boolean cancelled;
  private boolean detached;

  AgentRequest request(HistorySource history, @Nullable Resumption resumption) {
    return new AgentRequest(
        USER,
        new ThreadId("secret-name"),
        RUN,
        new ConversationId("opaque"),
        RawJson.of("\"hi\""),
        RawJson.of("{\"page\":1}"),
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        history,
        resumption,
        this);
  }

  @Override
  public CompletionStage<Void> emit(AgentEvent event) {
    return store(List.of(event), null);
  }

  @Override
  public CompletionStage<Void> emitAll(List<AgentEvent> all, RawJson next) {
    return store(all, next);
  }

  @Override
  public CompletionStage<Void> emitAllSynced(List<AgentEvent> all, RawJson next) {
    return store(all, next);
  }

  private CompletionStage<Void> store(List<AgentEvent> all, @Nullable RawJson next) {
    CompletableFuture<Void> stored = new CompletableFuture<>();
    if (leavesOut) {
      leavesOut = false;
      checkpoint = next == null ? checkpoint : next;
      stored.completeExceptionally(new CancellationException());
      return stored;
    }
    waiting.add(stored);
    unstored.add(
        () -> {
          events.addAll(all);
          checkpoint = next == null ? checkpoint : next;
          stored.complete(null);
        });
    if (!isSlow) {
      storeAll();
    }
    return stored;
  }

  /** What waits will never be stored. */
  void failAll() {
    unstored.clear();
    List.copyOf(waiting).forEach(stage -> stage.completeExceptionally(new CancellationException()));
  }

  /** Stores what waits, in order. */
  void storeAll() {
    List<Runnable> due = List.copyOf(unstored);
    unstored.clear();
    due.forEach(Runnable::run);
  }

  @Override
  public void alive() {
    signsOfLife++;
  }

  void cancel() {
    cancelled = true;
    List.copyOf(actions).forEach(Runnable::run);
  }

  /** This process ends, and the next one goes on. */
  void detach() {
    detached = true;
    cancel();
  }

  @Override
  public boolean isDetached() {
    return detached;
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public void onCancel(Runnable action) {
    if (cancelled) {
      action.run();
    } else {
      actions.add(action);
    }
  }
}
