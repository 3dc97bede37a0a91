package dev.parley.gateway.agent.tool;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.model.Tool;
import dev.parley.gateway.agent.model.ToolProgress;
import dev.parley.gateway.agent.model.ToolRequest;
import dev.parley.gateway.agent.model.ToolSpec;
import dev.parley.gateway.trace.ToolSpans;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** A tool whose requests are children of the span of its call, which its run has begun. */
record TracedTool(Tool tool, ToolSpans spans) implements Tool {

  @Override
  public ToolSpec spec() {
    return tool.spec();
  }

  @Override
  public Optional<String> refusal(ToolRequest call) {
    return tool.refusal(call);
  }

  @Override
  public CompletableFuture<AgentEvent.ToolEnded> call(
      AgentRequest request,
      ToolRequest call,
      Function<ToolProgress, CompletionStage<Void>> progress) {
    String parent = spans.traceparentOr(request.run().value(), call.call(), request.traceparent());
    return tool.call(request.within(parent), call, progress);
  }
}
