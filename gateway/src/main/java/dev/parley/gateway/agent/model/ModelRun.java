package dev.parley.gateway.agent.model;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.AgentSink;
import dev.parley.gateway.agent.upstream.HttpCall;
import dev.parley.gateway.agent.upstream.SseEvent;
import dev.parley.gateway.agent.upstream.SseListener;
import dev.parley.gateway.agent.upstream.Upstream;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Texts;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * One run of a model: request, answer, tools, and the next request, until the model has finished.
 * Each part runs on the thread that completes the stage before it, so one at a time.
 */
final class ModelRun {

  private final ModelDialect dialect;
  private final Upstream upstream;
  private final int maxSteps;
  private final AgentRequest request;
  private final AgentSink sink;

  ModelRun(
      ModelDialect dialect, Upstream upstream, int maxSteps, AgentRequest request, AgentSink sink) {
    this.dialect = dialect;
    this.upstream = upstream;
    this.maxSteps = maxSteps;
    this.request = request;
    this.sink = sink;
  }

  /**
   * Starts the run.
   *
   * @return a stage that completes when the connection of the last step is closed and its events
   *     are taken; fails for an unexpected exception
   */
  CompletionStage<Void> start(int historyBytes) {
    return orFailed(
        request
            .history()
            .read(historyBytes)
            .thenCompose(
                history -> {
                  try {
                    return step(dialect.begin(request, history), 1, List.of());
                  } catch (UpstreamException e) {
                    return emit(e.toEvent());
                  }
                }));
  }

  private CompletionStage<Void> step(ModelSession session, int number, List<ToolResult> results) {
    if (request.cancellation().isCancelled()) {
      return CompletableFuture.completedFuture(null);
    }
    return new Step(session, number).ask(session.nextCall(results));
  }

  /** One request and its answer. */
  private final class Step implements SseListener {
    private final ModelSession session;
    private final int number;
    private boolean mayAskWithout = true;

    Step(ModelSession session, int number) {
      this.session = session;
      this.number = number;
    }

    CompletionStage<Void> ask(HttpCall call) {
      return upstream.stream(request, call, this)
          .handle((end, failure) -> failure == null ? end() : recover(failure))
          .thenCompose(next -> next);
    }

    @Override
    @SuppressWarnings("IllegalCatch")
    public CompletionStage<Boolean> take(SseEvent event) throws UpstreamException {
      mayAskWithout = false;
      List<AgentEvent> events = new ArrayList<>();
      try {
        boolean over = session.take(event, events::add);
        if (events.isEmpty()) {
          sink.alive();
        }
        return emitAll(events.iterator()).thenApply(taken -> over);
      } catch (UpstreamException e) {
        // What stood before the mistake is shown. The sink keeps the order without a wait.
        events.forEach(sink::emit);
        throw e;
      } catch (RuntimeException e) {
        return CompletableFuture.failedFuture(e);
      }
    }

    @Override
    public void alive() {
      sink.alive();
    }

    private CompletionStage<Void> recover(Throwable failure) {
      if (mayAskWithout && unwrapped(failure) instanceof UpstreamException rejection) {
        mayAskWithout = false;
        Optional<HttpCall> without = session.callWithout(rejection);
        if (without.isPresent()) {
          return ask(without.get());
        }
      }
      return CompletableFuture.failedFuture(failure);
    }

    private CompletionStage<Void> end() {
      if (request.cancellation().isCancelled()) {
        return CompletableFuture.completedFuture(null);
      }
      List<AgentEvent> events = new ArrayList<>();
      try {
        StepEnd end = session.end(events::add);
        return emitAll(events.iterator()).thenCompose(taken -> follow(end));
      } catch (UpstreamException e) {
        events.add(e.toEvent());
        return emitAll(events.iterator());
      }
    }

    private CompletionStage<Void> follow(StepEnd end) {
      if (end instanceof StepEnd.Finished finished) {
        return emit(finished.event());
      }
      if (number == maxSteps) {
        String problem = Texts.expected("run", "one more step", "at most " + maxSteps);
        return emit(new AgentEvent.Failed(ErrorCode.MAX_STEPS, problem, false));
      }
      List<ToolResult> results = results(end);
      return emitAll(shown(results).iterator())
          .thenCompose(taken -> step(session, number + 1, results));
    }
  }

  /** This agent has no tools: every call ends with an error that the model is told. */
  private static List<ToolResult> results(StepEnd end) {
    List<ToolResult> results = new ArrayList<>();
    if (end instanceof StepEnd.Calls calls) {
      for (ToolRequest call : calls.calls()) {
        results.add(new ToolResult(call, AgentEvent.ToolEnded.error(call.call(), problem(call))));
      }
    }
    return results;
  }

  private static String problem(ToolRequest call) {
    boolean isObject = call.arguments().toString().startsWith("{");
    return isObject
        ? "tool: " + Texts.cut(call.tool()) + " is not one of the tools of this agent"
        : Texts.expected("arguments", call.arguments().toString(), "a JSON object");
  }

  private static List<AgentEvent> shown(List<ToolResult> results) {
    List<AgentEvent> events = new ArrayList<>(2 * results.size());
    for (ToolResult result : results) {
      ToolRequest call = result.request();
      events.add(new AgentEvent.ToolStarted(call.call(), call.tool(), call.arguments()));
      events.add(result.end());
    }
    return events;
  }

  private CompletionStage<Void> emit(AgentEvent event) {
    return sink.emit(event);
  }

  /** Emits together what the log has room for, and the rest when it has room again. */
  private CompletionStage<Void> emitAll(Iterator<AgentEvent> events) {
    while (events.hasNext()) {
      CompletionStage<Void> taken = sink.emit(events.next());
      if (!taken.toCompletableFuture().isDone()) {
        return taken.thenCompose(room -> emitAll(events));
      }
    }
    return CompletableFuture.completedFuture(null);
  }

  /** Ends the run with the event of an {@link UpstreamException}. */
  private CompletionStage<Void> orFailed(CompletionStage<Void> run) {
    return run.handle(
            (done, failure) -> {
              if (failure != null && unwrapped(failure) instanceof UpstreamException known) {
                return emit(known.toEvent());
              }
              return run;
            })
        .thenCompose(end -> end);
  }

  private static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }
}
