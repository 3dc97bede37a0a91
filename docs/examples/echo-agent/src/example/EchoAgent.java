package example;

import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.AgentSink;
import dev.parley.gateway.protocol.Finish;
import dev.parley.gateway.protocol.RawJson;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Says what it was told, word by word. One instance serves all runs, many at once. */
final class EchoAgent implements Agent {

  private final String model;

  EchoAgent(String model) {
    this.model = model;
  }

  @Override
  public String description() {
    return "Repeats what it is told.";
  }

  /** Called on a thread of the agent pool: it may block. */
  @Override
  public CompletionStage<Void> run(AgentRequest request, AgentSink sink) {
    String input = request.input().toString();
    say(sink, new AgentEvent.ToolStarted("k1", "measure", request.input()));
    say(sink, AgentEvent.ToolEnded.ok("k1", RawJson.of(Integer.toString(input.length()))));
    for (String word : input.replace("\"", "").split(" ")) {
      if (request.cancellation().isCancelled()) {
        // To let go of the run confirms the stop: there is no event for it.
        return CompletableFuture.completedFuture(null);
      }
      say(sink, new AgentEvent.Message(word + " "));
    }
    say(sink, new AgentEvent.Completed(Finish.STOP, usage(input), result(request)));
    return CompletableFuture.completedFuture(null);
  }

  // Waiting for the stage keeps the agent no faster than the log.
  private static void say(AgentSink sink, AgentEvent event) {
    sink.emit(event).toCompletableFuture().join();
  }

  private static RawJson usage(String input) {
    return RawJson.of("{\"input_tokens\":" + input.split(" ").length + "}");
  }

  private RawJson result(AgentRequest request) {
    String trace = request.traceparent() == null ? "" : request.traceparent();
    String context = request.context() == null ? "null" : request.context().toString();
    return RawJson.of(
        "{\"model\":\"" + model + "\",\"trace\":\"" + trace + "\",\"context\":" + context + "}");
  }
}
