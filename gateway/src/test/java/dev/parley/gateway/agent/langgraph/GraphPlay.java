package dev.parley.gateway.agent.langgraph;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.AgentSink;
import dev.parley.gateway.agent.Cancellation;
import dev.parley.gateway.agent.HistorySource;
import dev.parley.gateway.agent.Resumption;
import dev.parley.gateway.agent.upstream.Upstream;
import dev.parley.gateway.protocol.ConversationId;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A run of the agent without a gateway: what the log would have of it. */
final class GraphPlay implements AgentSink, Cancellation {

  static final String CONVERSATION = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
  static final String THREAD = "00010203-0405-8607-8809-0a0b0c0d0e0f";

  private static final ScheduledExecutorService TIMER =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "graph-timer");
            thread.setDaemon(true);
            return thread;
          });

  /** What was stored together. */
  record Commit(List<AgentEvent> events, RawJson checkpoint) {}

  final List<AgentEvent> events = new CopyOnWriteArrayList<>();
  final List<Commit> commits = new CopyOnWriteArrayList<>();
  private final List<Runnable> actions = new ArrayList<>();
  private boolean cancelled;
  private boolean detached;

  static AgentRequest request(
      String input, @Nullable String context, @Nullable Resumption resumption, Cancellation stop) {
    return new AgentRequest(
        new UserId("default", "ada"),
        new ThreadId("secret-name"),
        new RunId("r_XvlAJ3SJ6WdYcFVZBIpt"),
        new ConversationId(CONVERSATION),
        RawJson.of(input),
        context == null ? null : RawJson.of(context),
        null,
        HistorySource.NONE,
        resumption,
        stop);
  }

  static LangGraphAgent agent(Upstream upstream) {
    GraphApi api = new GraphApi(URI.create("http://127.0.0.1:1"), "graph", Optional.empty());
    return new LangGraphAgent(new GraphService(api, upstream, TIMER, Duration.ofMillis(1)));
  }

  /** Starts a run; its stage. */
  CompletableFuture<Void> start(Upstream upstream, @Nullable Resumption resumption) {
    return agent(upstream)
        .run(request("\"hi\"", null, resumption, this), this)
        .toCompletableFuture();
  }

  /** Plays a run to its end. */
  GraphPlay play(Upstream upstream, @Nullable Resumption resumption) {
    try {
      start(upstream, resumption).get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(events.toString(), e);
    }
    return this;
  }

  AgentEvent last() {
    return events.get(events.size() - 1);
  }

  String answer() {
    StringBuilder answer = new StringBuilder();
    for (AgentEvent event : events) {
      if (event instanceof AgentEvent.Message message) {
        answer.append(message.delta());
      }
    }
    return answer.toString();
  }

  void cancel() {
    List<Runnable> due;
    synchronized (actions) {
      cancelled = true;
      due = List.copyOf(actions);
    }
    due.forEach(Runnable::run);
  }

  /** As at the end of the process. */
  void detach() {
    detached = true;
    cancel();
  }

  @Override
  public CompletionStage<Void> emit(AgentEvent event) {
    events.add(event);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<Void> emitAll(List<AgentEvent> more, RawJson checkpoint) {
    events.addAll(more);
    commits.add(new Commit(more, checkpoint));
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public boolean isCancelled() {
    synchronized (actions) {
      return cancelled;
    }
  }

  @Override
  public boolean isDetached() {
    return detached;
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
