package dev.parley.gateway.agent.model;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.AgentSink;
import dev.parley.gateway.agent.History;
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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
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
  private final EventFeed feed;
  private RunTools tools = new RunTools(List.of());

  ModelRun(
      ModelDialect dialect, Upstream upstream, int maxSteps, AgentRequest request, AgentSink sink) {
    this.dialect = dialect;
    this.upstream = upstream;
    this.maxSteps = maxSteps;
    this.request = request;
    this.sink = sink;
    this.feed = new EventFeed(sink);
  }

  /**
   * Starts the run.
   *
   * @return a stage that completes when the connection of the last step is closed and its events
   *     are taken; fails for an unexpected exception
   */
  CompletionStage<Void> start(int historyBytes, ToolSource source) {
    Resumption resumption = request.resumption();
    if (resumption != null) {
      RunPlace place = RunPlace.read(resumption.checkpoint());
      return orFailed(find(source).thenCompose(found -> resume(place)));
    }
    return orFailed(
        history(historyBytes)
            .thenCompose(history -> find(source).thenCompose(found -> begin(history))));
  }

  private CompletionStage<History> history(int bytes) {
    return dialect.needsNewestNotesOnly()
        ? request.history().readWithNewestNotes(bytes)
        : request.history().read(bytes);
  }

  /** Finds the tools; none if the run is cancelled before they are known. */
  private CompletionStage<Void> find(ToolSource source) {
    CompletableFuture<List<Tool>> found = source.tools(request).toCompletableFuture().copy();
    request.cancellation().onCancel(() -> found.complete(List.of()));
    return found.thenAccept(all -> tools = new RunTools(all));
  }

  private CompletionStage<Void> begin(History history) {
    try {
      return step(dialect.begin(request, history, tools.offered()), 1, List.of());
    } catch (UpstreamException e) {
      return emit(e.toEvent());
    }
  }

  private CompletionStage<Void> resume(@Nullable RunPlace place) {
    RawJson at = place == null ? null : place.session();
    Optional<ModelSession> session =
        at == null ? Optional.empty() : dialect.resume(request, at, tools.offered());
    Optional<HttpCall> call = session.flatMap(ModelSession::rejoin);
    if (place == null || session.isEmpty() || call.isEmpty()) {
      String problem = "The gateway restarted before the service had said how its answer is named.";
      return emit(new AgentEvent.Failed(ErrorCode.GATEWAY_RESTARTED, problem, true));
    }
    return new Step(session.get(), place.step(), place.areToolsOver()).ask(call.get());
  }

  private CompletionStage<Void> step(ModelSession session, int number, List<ToolResult> results) {
    if (request.cancellation().isCancelled()) {
      return left();
    }
    return new Step(session, number, false).ask(session.nextCall(results));
  }

  /** Leaves a cancelled run that its service was not asked to stop. */
  private CompletionStage<Void> left() {
    return dialect.isResumable() && !request.cancellation().isDetached()
        ? CompletableFuture.failedFuture(new UnconfirmedCancelException())
        : CompletableFuture.completedFuture(null);
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
     * @param areToolsOver whether the last process has begun the tools that it calls
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
        return feed.emitAll(events);
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
      Optional<HttpCall> stop = session.stop();
      if (stop.isEmpty() || request.cancellation().isDetached()) {
        return left();
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
        if (areToolsOver) {
          // They are in the log, with the beginnings of the tools.
          events.removeIf(AgentEvent.Note.class::isInstance);
        }
        return feed.emitAll(events).thenCompose(taken -> follow(end));
      } catch (UpstreamException e) {
        letGo();
        events.add(e.toEvent());
        return feed.emitAll(events);
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
      List<ToolRequest> calls =
          end instanceof StepEnd.Calls called ? called.calls() : List.<ToolRequest>of();
      ToolRound round = new ToolRound(tools, request, sink, this::store);
      return (areToolsOver ? round.afterRestart(calls) : round.run(calls))
          .thenCompose(results -> step(session, number + 1, results));
    }

    /** Emits the beginnings of tools, with the place that keeps them from beginning again. */
    private CompletionStage<Void> store(List<AgentEvent> events, boolean isSynced) {
      if (!isSynced) {
        return emitPlaced(events, true);
      }
      return dialect.isResumable()
          ? sink.emitAllSynced(events, new RunPlace(number, true, session.place()).json())
          : feed.emitSynced(events);
    }
  }

  private CompletionStage<Void> emit(AgentEvent event) {
    return sink.emit(event);
  }

  /**
   * Ends the run with the event of an {@link UpstreamException}. A run that was cancelled while its
   * tools ran needs no event.
   */
  private CompletionStage<Void> orFailed(CompletionStage<Void> run) {
    return run.handle(
            (done, failure) -> {
              if (failure != null && unwrapped(failure) instanceof UpstreamException known) {
                return emit(known.toEvent());
              }
              if (request.cancellation().isCancelled()
                  && failure != null
                  && unwrapped(failure) instanceof CancellationException) {
                return left();
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
