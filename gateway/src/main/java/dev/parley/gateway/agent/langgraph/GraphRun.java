package dev.parley.gateway.agent.langgraph;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.AgentSink;
import dev.parley.gateway.agent.Resumption;
import dev.parley.gateway.agent.UnconfirmedCancelException;
import dev.parley.gateway.agent.langgraph.GraphService.RunStatus;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.agent.model.ServiceMistake;
import dev.parley.gateway.agent.upstream.HttpCall;
import dev.parley.gateway.agent.upstream.JoinableListener;
import dev.parley.gateway.agent.upstream.SseEvent;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One run: its stream, which is joined again when it is lost, and the end that the service tells.
 * The stream moves on by one thread at a time; the cancellation comes on any.
 */
final class GraphRun implements JoinableListener {

  /** How often a service that does not tell the end of a run is asked again without a new event. */
  private static final int MAX_TRIES = 8;

  /** How often a stream that ended cleanly is joined again to see that nothing is missing. */
  private static final int MAX_JOINS = 1000;

  private final GraphService service;
  private final AgentRequest outer;
  private final AgentRequest request;
  private final AgentSink sink;
  private final RunStop stop = new RunStop();
  private final CompletableFuture<Void> left = new CompletableFuture<>();
  private final List<AgentEvent> mapped = new ArrayList<>();
  private final GraphMemory memory;
  private final GraphPosition position;
  private final GraphStream stream;

  /** What the events of the service say about the end; the service has nothing more to do. */
  private AgentEvent.@Nullable Failed toldEnd;

  private int tries;
  private int joins;
  private boolean hasNew;
  private boolean hasEndEvent;

  // Guarded by this.
  private boolean isAsked;
  private boolean isNamed;
  private boolean isCancelled;
  private boolean isEnded;

  /** A run that begins, or goes on after a restart. */
  GraphRun(GraphService service, AgentRequest outer, AgentSink sink) {
    this.service = service;
    this.outer = outer;
    this.sink = sink;
    this.request =
        new AgentRequest(
            outer.user(),
            outer.thread(),
            outer.run(),
            outer.conversation(),
            outer.input(),
            outer.context(),
            outer.traceparent(),
            outer.history(),
            outer.resumption(),
            stop);
    JsonNode checkpoint = checkpoint(outer.resumption());
    GraphPosition known = GraphPosition.parse(checkpoint);
    position =
        known == null
            ? GraphPosition.begin(GraphThread.of(outer.conversation()).toString())
            : known;
    memory = GraphMemory.parse(checkpoint.path("memory"));
    stream = new GraphStream(mapped::add, memory);
    isNamed = position.hasRun();
  }

  private static JsonNode checkpoint(@Nullable Resumption resumption) {
    RawJson checkpoint = resumption == null ? null : resumption.checkpoint();
    return checkpoint == null
        ? ServiceJson.NODES.missingNode()
        : ServiceJson.read(checkpoint.toString()).orElseGet(ServiceJson.NODES::missingNode);
  }

  /**
   * Starts the run.
   *
   * @return a stage that completes when the run has ended, or was stopped for certain
   */
  CompletionStage<Void> start() {
    outer.cancellation().onCancel(this::cancelled);
    if (outer.resumption() == null) {
      begin();
    } else if (position.canJoin()) {
      join();
    } else {
      fail(
          new AgentEvent.Failed(
              ErrorCode.GATEWAY_RESTARTED,
              "The gateway was restarted before the run could be found again at its service.",
              true));
    }
    return left;
  }

  private void begin() {
    HttpCall call;
    try {
      call = service.api().begin(position.thread(), outer);
    } catch (UpstreamException e) {
      fail(e.toEvent());
      return;
    }
    synchronized (this) {
      if (isCancelled) {
        return;
      }
      isAsked = true;
    }
    listen(call);
  }

  private void join() {
    if (isCancelled()) {
      return;
    }
    listen(joinCall());
  }

  private HttpCall joinCall() {
    joins++;
    hasNew = false;
    position.joining();
    return service.api().join(position.thread(), position.run(), position.last());
  }

  private void listen(HttpCall call) {
    service
        .upstream()
        .follow(request, call, this)
        .whenComplete((end, failure) -> streamEnded(failure));
  }

  @Override
  public Optional<HttpCall> rejoin(boolean isEnded) {
    if (!isEnded && position.hasRun() && !position.canJoin()) {
      service.cannotJoin();
    }
    return !isEnded && position.hasRun() && position.canJoin()
        ? Optional.of(joinCall())
        : Optional.empty();
  }

  /** The id of an event may follow its data. */
  @Override
  public boolean takesUnended() {
    return false;
  }

  @Override
  public void alive() {
    sink.alive();
  }

  @Override
  public CompletionStage<Boolean> take(SseEvent event) throws UpstreamException {
    JsonNode data = data(event);
    if (event.type().equals("error") && data.isTextual()) {
      // The service does not know the run; its record tells.
      hasEndEvent = true;
      return CompletableFuture.completedFuture(true);
    }
    if (!position.moveTo(event)) {
      sink.alive();
      return CompletableFuture.completedFuture(false);
    }
    hasNew = true;
    tries = 0;
    return switch (event.type()) {
      case "metadata" -> begun(data);
      case "end" -> {
        hasEndEvent = true;
        yield CompletableFuture.completedFuture(true);
      }
      default -> show(event.type(), data);
    };
  }

  private static JsonNode data(SseEvent event) throws UpstreamException {
    return event.data().isBlank()
        ? ServiceJson.NODES.missingNode()
        : ServiceJson.read(event.data())
            .orElseThrow(() -> ServiceMistake.of(event.type(), "no JSON", "a value in JSON"));
  }

  private CompletionStage<Boolean> begun(JsonNode data) throws UpstreamException {
    if (position.hasRun()) {
      // The service has begun the run again from where it stood.
      sink.alive();
      return CompletableFuture.completedFuture(false);
    }
    String id = GraphMessages.text(data, "run_id");
    if (!GraphPosition.isRun(id)) {
      throw ServiceMistake.of("run_id", id, "the id of the run");
    }
    boolean isTooLate;
    synchronized (this) {
      position.begun(id);
      isNamed = true;
      isTooLate = isCancelled;
    }
    if (isTooLate) {
      stopService();
      return CompletableFuture.completedFuture(true);
    }
    return sink.emitAll(List.of(), checkpoint()).thenApply(taken -> false);
  }

  private CompletionStage<Boolean> show(String type, JsonNode data) {
    mapped.clear();
    try {
      stream.take(type, data);
    } catch (UpstreamException e) {
      toldEnd = e.toEvent();
    }
    boolean isOver = toldEnd != null;
    if (mapped.isEmpty()) {
      sink.alive();
      return CompletableFuture.completedFuture(isOver);
    }
    return sink.emitAll(List.copyOf(mapped), checkpoint()).thenApply(taken -> isOver);
  }

  private RawJson checkpoint() {
    return position.checkpoint(memory.json());
  }

  private void streamEnded(@Nullable Throwable failure) {
    synchronized (this) {
      if (isCancelled) {
        if (!isNamed) {
          stop.fire();
          leave(GraphEnds.isNeverBegun(failure));
        }
        return;
      }
    }
    if (toldEnd != null) {
      end(List.of(toldEnd));
    } else if (failure != null) {
      lost(GraphEnds.cause(failure));
    } else if (!position.hasRun()) {
      fail(GraphEnds.truncated("The service ended its answer before it had begun the run."));
    } else if (hasNew && !hasEndEvent && position.canJoin() && joins < MAX_JOINS) {
      // A clean end may be that of a connection: nothing is missing when a join tells nothing new.
      join();
    } else {
      look();
    }
  }

  private void lost(UpstreamException failure) {
    if (!position.hasRun()) {
      fail(GraphEnds.refused(failure, service.api().assistant()));
    } else if (failure.code() == ErrorCode.UPSTREAM_REJECTED) {
      // The service has no stream of the run any more, but perhaps its record.
      look();
    } else if (GraphEnds.isPassing(failure.code())) {
      fail(
          GraphEnds.disconnected(
              position.canJoin()
                  ? "The connection to the service was lost, and could not be made again."
                  : "The connection to the service was lost, which gives its events no ids."));
    } else {
      fail(failure.toEvent());
    }
  }

  private void look() {
    service
        .look(request, position)
        .whenComplete(
            (status, failure) -> {
              if (!isCancelled()) {
                looked(status, failure);
              }
            });
  }

  private void looked(RunStatus status, @Nullable Throwable failure) {
    boolean isPassing = failure != null && GraphEnds.isPassing(GraphEnds.cause(failure).code());
    if (failure == null && status != RunStatus.OPEN) {
      endAs(status);
    } else if (failure != null && !isPassing) {
      fail(GraphEnds.cause(failure).toEvent());
    } else if (++tries > MAX_TRIES) {
      fail(GraphEnds.disconnected("The service did not tell how the run ended."));
    } else if (failure == null && position.canJoin()) {
      service.after(tries, this::join);
    } else {
      service.after(tries, this::look);
    }
  }

  private synchronized boolean isCancelled() {
    return isCancelled;
  }

  private void endAs(RunStatus status) {
    if (status != RunStatus.SUCCESS) {
      end(List.of(GraphEnds.of(status)));
      return;
    }
    mapped.clear();
    AgentEvent completed = stream.end();
    List<AgentEvent> events = new ArrayList<>(mapped);
    events.add(completed);
    end(events);
  }

  /** Ends a run that the service may still work on: it is told to stop. */
  private void fail(AgentEvent.Failed event) {
    if (position.hasRun()) {
      var ignored = service.cancel(request, position);
    }
    end(List.of(event));
  }

  /** Ends a run; the last event is terminal. */
  private void end(List<AgentEvent> events) {
    synchronized (this) {
      if (isCancelled) {
        return;
      }
      isEnded = true;
    }
    CompletionStage<Void> taken = CompletableFuture.completedFuture(null);
    for (AgentEvent event : events) {
      taken = taken.thenCompose(room -> sink.emit(event));
    }
    var ignored =
        taken.whenComplete(
            (done, failure) -> {
              stop.fire();
              if (failure == null) {
                left.complete(null);
              } else {
                left.completeExceptionally(failure);
              }
            });
  }

  /** The run is cancelled, or has ended. */
  private void cancelled() {
    boolean isToBeTold;
    synchronized (this) {
      isCancelled = true;
      isToBeTold = !isEnded && isNamed && !outer.cancellation().isDetached();
      boolean isAwaited = !isEnded && isAsked && !isNamed;
      if (isAwaited && !outer.cancellation().isDetached()) {
        // The service names the run, or its answer ends.
        return;
      }
    }
    if (isToBeTold) {
      stopService();
    } else {
      stop.fire();
      leave(true);
    }
  }

  private void stopService() {
    stop.fire();
    var ignored = service.cancel(request, position).thenAccept(this::leave);
  }

  private void leave(boolean isStopped) {
    if (isStopped) {
      left.complete(null);
    } else {
      left.completeExceptionally(new UnconfirmedCancelException());
    }
  }
}
