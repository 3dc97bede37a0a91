package dev.parley.gateway.tests.support;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentProvider;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.AgentSettings;
import dev.parley.gateway.agent.AgentSink;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Finish;
import dev.parley.gateway.protocol.RawJson;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * An agent whose result is what it was told of the thread. Its text echoes its input. Asked to
 * {@code look}, it uses a tool; asked to {@code fail} or {@code hang}, it does so after a text.
 */
public final class RecallAgent implements Agent {

  /** Makes the agent available to the tests as type {@code recall}. */
  public static final class RecallProvider implements AgentProvider {
    @Override
    public String type() {
      return "recall";
    }

    @Override
    public Agent create(AgentSettings settings) {
      return new RecallAgent();
    }
  }

  private static final int MAX_BYTES = 64 * 1024;

  @Override
  public String description() {
    return "Tells what it was told.";
  }

  @Override
  public CompletionStage<Void> run(AgentRequest request, AgentSink sink) {
    String words = Json.parse(request.input().toString()).asText();
    if (words.equals("look")) {
      say(sink, new AgentEvent.ToolStarted("k1", "look", RawJson.of("{\"at\": 1}")));
      say(sink, AgentEvent.ToolEnded.ok("k1", RawJson.of("[7]")));
    }
    say(sink, new AgentEvent.Message("you said " + words));
    if (words.equals("hang")) {
      CompletableFuture<Void> left = new CompletableFuture<>();
      request.cancellation().onCancel(() -> left.complete(null));
      return left;
    }
    if (words.equals("fail")) {
      return sink.emit(new AgentEvent.Failed(ErrorCode.AGENT_ERROR, "asked to", false));
    }
    return request
        .history()
        .read(MAX_BYTES)
        .thenCompose(
            history ->
                sink.emit(new AgentEvent.Completed(Finish.STOP, null, result(request, history))));
  }

  private static void say(AgentSink sink, AgentEvent event) {
    sink.emit(event).toCompletableFuture().join();
  }

  private static RawJson result(AgentRequest request, History history) {
    ObjectNode result = Json.object();
    result.put("conversation", request.conversation().value());
    result.put("truncated", history.truncated());
    ArrayNode items = result.putArray("items");
    history.items().forEach(item -> items.add(line(item)));
    return RawJson.of(result.toString());
  }

  private static String line(History.Item item) {
    if (item instanceof History.PastMessage message) {
      return "user " + Json.parse(message.content().toString()).asText();
    }
    StringBuilder line = new StringBuilder();
    if (item instanceof History.PastAnswer answer) {
      line.append(answer.agent()).append(' ').append(answer.state().wire());
      answer.parts().forEach(part -> line.append(" | ").append(text(part)));
    }
    return line.toString();
  }

  private static String text(History.AnswerPart part) {
    if (part instanceof History.PastToolCall call) {
      return call.tool() + call.arguments() + " " + call.status().wire() + " " + call.result();
    }
    return part instanceof History.AnswerText said ? said.text() : "";
  }
}
