package dev.parley.gateway.agent.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.Finish;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The answer to one request, as far as it has come. Used by one thread at a time. */
final class ChatStep {

  private static final String REASONING_CONTENT = "reasoning_content";
  private static final String FUNCTION_CALL = "function_call";
  private static final String TEXT = "text";
  private static final String REASONING_DETAILS = "reasoning_details";
  private static final String EXTRA_CONTENT = "extra_content";

  private final StringBuilder text = new StringBuilder();
  private final StringBuilder reasoning = new StringBuilder();
  private final ToolSlots calls = new ToolSlots();
  private final ReasoningDetails details = new ReasoningDetails();
  private @Nullable JsonNode extra;
  private boolean thinking;
  private boolean done;
  private @Nullable String reason;

  /** Takes a chunk that reports no error. Choices other than the first are left out. */
  void take(JsonNode chunk, Consumer<AgentEvent> out) throws UpstreamException {
    for (JsonNode choice : chunk.path("choices")) {
      if (choice.path("index").asInt(0) == 0) {
        delta(choice.path("delta"), out);
        String given = ServiceJson.text(choice, "finish_reason");
        reason = given == null ? reason : given;
      }
    }
  }

  private void delta(JsonNode delta, Consumer<AgentEvent> out) throws UpstreamException {
    // vLLM has sent the same thought under both names.
    String thought = ServiceJson.text(delta, REASONING_CONTENT);
    if (thought != null) {
      reasoning.append(thought);
    } else {
      thought = ServiceJson.text(delta, "reasoning");
    }
    think(thought, out);
    details.take(delta.path(REASONING_DETAILS));
    if (delta.path(EXTRA_CONTENT).isObject()) {
      extra = delta.get(EXTRA_CONTENT);
    }
    JsonNode content = delta.path("content");
    if (content.isArray()) {
      // As Mistral does.
      for (JsonNode part : content) {
        part(part, out);
      }
    } else {
      say(content.textValue(), out);
    }
    say(delta.path("refusal").textValue(), out);
    for (JsonNode piece : delta.path("tool_calls")) {
      closeThinking(out);
      calls.take(piece);
    }
    if (delta.path(FUNCTION_CALL).isObject()) {
      // The form before tools, without ids.
      closeThinking(out);
      calls.take(ServiceJson.NODES.objectNode().set("function", delta.get(FUNCTION_CALL)));
    }
  }

  private void part(JsonNode part, Consumer<AgentEvent> out) {
    if (part.isTextual()) {
      say(part.textValue(), out);
      return;
    }
    JsonNode thought = part.path("thinking");
    if (thought.isArray()) {
      for (JsonNode piece : thought) {
        think(piece.isTextual() ? piece.textValue() : ServiceJson.text(piece, TEXT), out);
      }
    } else if (thought.isTextual()) {
      think(thought.textValue(), out);
    } else {
      say(part.path(TEXT).textValue(), out);
    }
  }

  private void think(@Nullable String thought, Consumer<AgentEvent> out) {
    if (thought == null || thought.isEmpty()) {
      return;
    }
    if (!thinking) {
      thinking = true;
      out.accept(AgentEvent.Thinking.start());
    }
    out.accept(AgentEvent.Thinking.delta(thought));
  }

  private void say(@Nullable String said, Consumer<AgentEvent> out) {
    if (said == null || said.isEmpty()) {
      return;
    }
    closeThinking(out);
    text.append(said);
    out.accept(new AgentEvent.Message(said));
  }

  void closeThinking(Consumer<AgentEvent> out) {
    if (thinking) {
      thinking = false;
      out.accept(AgentEvent.Thinking.end());
    }
  }

  /** The mark of the end was seen. */
  void done() {
    done = true;
  }

  /**
   * Why the answer ended.
   *
   * @throws UpstreamException when it is not whole
   */
  Finish finish() throws UpstreamException {
    if (reason == null) {
      if (!done) {
        throw ChatErrors.truncated();
      }
      if (text.isEmpty() && calls.isEmpty()) {
        throw ChatErrors.empty();
      }
      return Finish.STOP;
    }
    return switch (reason) {
      case "content_filter" -> throw ChatErrors.filtered();
      case "error" -> throw ChatErrors.failed("");
      case "length" -> Finish.LENGTH;
      default -> Finish.STOP;
    };
  }

  ToolSlots calls() {
    return calls;
  }

  /** What was said. */
  String text() {
    return text.toString();
  }

  /** What OpenRouter and Gemini want back with the message. */
  ObjectNode unknown() {
    ObjectNode unknown = ServiceJson.NODES.objectNode();
    if (!details.isEmpty()) {
      unknown.set(REASONING_DETAILS, details.json());
    }
    if (extra != null) {
      unknown.set(EXTRA_CONTENT, extra);
    }
    return unknown;
  }

  /** What was thought under the name that wants it back; null if nothing was. */
  @Nullable String reasoning() {
    return reasoning.isEmpty() ? null : reasoning.toString();
  }
}
