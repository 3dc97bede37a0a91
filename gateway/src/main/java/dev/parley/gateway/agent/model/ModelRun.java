package dev.parley.gateway.agent.model;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.AgentSink;
import dev.parley.gateway.agent.Resumption;
import dev.parley.gateway.agent.UnconfirmedCancelException;
import dev.parley.gateway.agent.upstream.HttpCall;
import dev.parley.gateway.agent.upstream.JoinableListener;
import dev.parley.gateway.agent.upstream.SseEvent;
import dev.parley.gateway.agent.upstream.Upstream;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Texts;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One run of a model: request, answer, tools, and the next request, until the model has finished.
 * Each part runs on the thread that completes the stage before it, so one at a time.
 */
final class ModelRun {

  /** Of what a service says when it is told to stop, nothing is used. */
  private static final int MAX_ANSWER = 64 * 1024;

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
    Resumption resumption = request.resumption();
    if (resumption != null) {
      return orFailed(resume(RunPlace.read(resumption.checkpoint())));
    }
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

  private CompletionStage<Void> resume(@Nullable RunPlace place) {
    RawJson at = place == null ? null : place.session();
    Optional<ModelSession> session = at == null ? Optional.empty() : dialect.resume(request, at);
    Optional<HttpCall> call = session.flatMap(ModelSession::rejoin);
    if (place == null || session.isEmpty() || call.isEmpty()) {
      String problem = "The gateway restarted before the service had said how its answer is named.";
      return emit(new AgentEvent.Failed(ErrorCode.GATEWAY_RESTARTED, problem, true));
    }
    return new Step(session.get(), place.step(), place.areToolsOver()).ask(call.get());
  }

  private CompletionStage<Void> step(ModelSession session, int number, List<ToolResult> results) {
    if (request.cancellation().isCancelled()) {
      return CompletableFuture.completedFuture(null);
    }
    return new Step(session, number, false).ask(session.nextCall(results));
  }

  /** One request and its answer. */
  private final class Step implements JoinableListener {
    private final ModelSession session;
    private final int number;
    private final boolean areToolsOver;
    private boolean mayAskWithout = true;
    private boolean isPlaced;

    /**
     * A step.
     *
     * @param areToolsOver whether the last process has shown the tools that it calls
     */
    Step(ModelSession session, int number, boolean areToolsOver) {
      this.session = session;
      this.number = number;
      this.areToolsOver = areToolsOver;
    }

    CompletionStage<Void> ask(HttpCall call) {
      return (dialect.isResumable()
              ? upstream.follow(request, call, this)
              : upstream.stream(request, call, this))
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
        return emitPlaced(events, areToolsOver).thenApply(taken -> over);
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

    @Override
    public Optional<HttpCall> rejoin(boolean isEnded) {
      return session.rejoin();
    }

    /** Emits the events, with the place after them where there is one. */
    private CompletionStage<Void> emitPlaced(List<AgentEvent> events, boolean areOver) {
      RawJson place = session.place();
      if (!dialect.isResumable() || (events.isEmpty() && (place == null || isPlaced))) {
        return emitAll(events.iterator());
      }
      isPlaced = place != null;
      return sink.emitAll(events, new RunPlace(number, areOver, place).json());
    }

    private CompletionStage<Void> recover(Throwable failure) {
      if (mayAskWithout && unwrapped(failure) instanceof UpstreamException rejection) {
        mayAskWithout = false;
        Optional<HttpCall> without = session.callWithout(rejection);
        if (without.isPresent()) {
          return ask(without.get());
        }
      }
      letGo();
      return CompletableFuture.failedFuture(failure);
    }

    /** Nobody will read the rest of the answer: a service that would work on is told to stop. */
    private void letGo() {
      session.stop().ifPresent(call -> upstream.send(request, call, MAX_ANSWER));
    }

    /** Ends a cancelled run: tells a service that would work on to stop. */
    private CompletionStage<Void> stop() {
      if (!dialect.isResumable() || request.cancellation().isDetached()) {
        return CompletableFuture.completedFuture(null);
      }
      Optional<HttpCall> stop = session.stop();
      if (stop.isEmpty()) {
        return CompletableFuture.failedFuture(new UnconfirmedCancelException());
      }
      return upstream
          .send(request, stop.get(), MAX_ANSWER)
          .handle(
              (answer, failure) -> {
                if (failure != null || !answer.isSuccess()) {
                  throw new UnconfirmedCancelException();
                }
                return null;
              });
    }

    private CompletionStage<Void> end() {
      if (request.cancellation().isCancelled()) {
        return stop();
      }
      List<AgentEvent> events = new ArrayList<>();
      try {
        StepEnd end = session.end(events::add);
        return emitAll(events.iterator()).thenCompose(taken -> follow(end));
      } catch (UpstreamException e) {
        letGo();
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
      List<AgentEvent> tools = areToolsOver ? List.of() : shown(results);
      return emitPlaced(tools, true).thenCompose(taken -> step(session, number + 1, results));
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
