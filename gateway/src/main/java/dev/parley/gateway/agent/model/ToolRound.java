package dev.parley.gateway.agent.model;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.AgentSink;
import dev.parley.gateway.protocol.Texts;
import dev.parley.gateway.protocol.ThinkingPhase;
import dev.parley.gateway.protocol.ToolStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tool calls of one step. They run at the same time. None is sent before the log has stored
 * that it begins, so that after a crash none is sent again.
 */
final class ToolRound {

  private static final Logger LOG = LoggerFactory.getLogger(ToolRound.class);

  /** As many as a run may have open. */
  private static final int MAX_CALLS = 128;

  private final RunTools tools;
  private final AgentRequest request;
  private final AgentSink sink;
  private final Store store;
  private final List<Call> calls = new ArrayList<>();
  private int sendable;

  /** Takes the events by which the calls begin; the stage says whether they are stored. */
  @FunctionalInterface
  interface Store {
    CompletionStage<Void> take(List<AgentEvent> events, boolean isSynced);
  }

  ToolRound(RunTools tools, AgentRequest request, AgentSink sink, Store store) {
    this.tools = tools;
    this.request = request;
    this.sink = sink;
    this.store = store;
  }

  /** A call, and how it ended if it is not sent. */
  private record Call(
      ToolRequest request, @Nullable Tool tool, AgentEvent.@Nullable ToolEnded refused) {

    AgentEvent.ToolStarted started() {
      String name = tool == null ? request.tool() : tool.spec().name();
      return new AgentEvent.ToolStarted(request.call(), name, request.arguments());
    }
  }

  /**
   * Runs the calls.
   *
   * @return their results in the order of the calls; fails with a {@link CancellationException}
   *     when the run is cancelled
   */
  CompletionStage<List<ToolResult>> run(List<ToolRequest> requests) {
    List<AgentEvent> events = new ArrayList<>(2 * requests.size());
    for (ToolRequest each : requests) {
      Call call = check(each);
      calls.add(call);
      events.add(call.started());
      if (call.refused() != null) {
        events.add(call.refused());
      }
    }
    return store.take(events, sendable > 0).thenCompose(begun -> send());
  }

  /**
   * The results of calls that the last process has begun: none is sent again. What is still open
   * ends as unknown.
   */
  CompletionStage<List<ToolResult>> afterRestart(List<ToolRequest> requests) {
    List<ToolResult> results = new ArrayList<>();
    List<AgentEvent> ends = new ArrayList<>();
    for (ToolRequest each : requests) {
      Call call = check(each);
      AgentEvent.ToolEnded end = call.refused();
      if (end == null) {
        end = new AgentEvent.ToolEnded(each.call(), ToolStatus.UNKNOWN, null, null);
        ends.add(end);
      }
      results.add(new ToolResult(each, end));
    }
    return store.take(ends, false).thenApply(taken -> results);
  }

  private Call check(ToolRequest call) {
    Optional<Tool> tool = tools.find(call.tool());
    String problem = null;
    if (!call.arguments().toString().startsWith("{")) {
      problem = Texts.expected("arguments", call.arguments().toString(), "a JSON object");
    } else if (tool.isEmpty()) {
      problem = "tool: " + Texts.cut(call.tool()) + " is not one of the tools of this agent";
    } else if (sendable == MAX_CALLS) {
      problem = Texts.expected("calls", "one more", "at most " + MAX_CALLS + " at once");
    } else {
      problem = tool.get().refusal(call).orElse(null);
    }
    if (problem == null) {
      sendable++;
      return new Call(call, tool.get(), null);
    }
    return new Call(call, tool.orElse(null), AgentEvent.ToolEnded.error(call.call(), problem));
  }

  private CompletionStage<List<ToolResult>> send() {
    List<CompletableFuture<AgentEvent.ToolEnded>> ends = new ArrayList<>();
    for (Call call : calls) {
      Tool tool = call.tool();
      ends.add(
          call.refused() != null || tool == null
              ? CompletableFuture.completedFuture(call.refused())
              : send(tool, call.request()));
    }
    return CompletableFuture.allOf(ends.toArray(CompletableFuture<?>[]::new))
        .thenApply(
            all -> {
              List<ToolResult> results = new ArrayList<>();
              for (int i = 0; i < ends.size(); i++) {
                results.add(new ToolResult(calls.get(i).request(), ends.get(i).join()));
              }
              return results;
            });
  }

  private CompletableFuture<AgentEvent.ToolEnded> send(Tool tool, ToolRequest call) {
    if (request.cancellation().isCancelled()) {
      return CompletableFuture.failedFuture(new CancellationException("run: cancelled"));
    }
    CompletableFuture<AgentEvent.ToolEnded> sent =
        tool.call(request, call, progress -> show(tool, progress));
    request.cancellation().onCancel(() -> sent.cancel(false));
    return sent.exceptionally(failure -> failed(call, failure))
        .thenCompose(end -> sink.emit(end).thenApply(room -> end));
  }

  private AgentEvent.ToolEnded failed(ToolRequest call, Throwable failure) {
    if (request.cancellation().isCancelled()) {
      throw new CancellationException("run: cancelled");
    }
    LOG.warn("run {}: tool {}", request.run(), call.tool(), failure);
    return AgentEvent.ToolEnded.error(call.call(), "The tool failed.");
  }

  private CompletionStage<Void> show(Tool tool, ToolProgress progress) {
    if (progress.step() == null && progress.share() == null) {
      sink.alive();
      return CompletableFuture.completedFuture(null);
    }
    String step = progress.step() == null ? tool.spec().name() : progress.step();
    return sink.emit(new AgentEvent.Thinking(ThinkingPhase.STEP, null, step, progress.share()));
  }
}
