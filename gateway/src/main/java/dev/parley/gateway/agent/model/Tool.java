package dev.parley.gateway.agent.model;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentRequest;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** A tool that the gateway runs for a model. Callable from any thread; blocks none. */
public interface Tool {

  /** The tool under the name that people see. */
  ToolSpec spec();

  /** What is wrong with the arguments; empty for a call that may be sent. */
  Optional<String> refusal(ToolRequest call);

  /**
   * Sends the call, once. Cancelling the future closes the connection.
   *
   * @param call one without a refusal
   * @param progress told of each sign that the tool is at work; its stage completes when the next
   *     one may be told (backpressure)
   * @return the end of the call, which is an error where the tool failed
   */
  CompletableFuture<AgentEvent.ToolEnded> call(
      AgentRequest request,
      ToolRequest call,
      Function<ToolProgress, CompletionStage<Void>> progress);
}
