package dev.parley.gateway.agent.langgraph;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.langgraph.GraphMemory.Said;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.agent.model.ServiceMistake;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.Subagent;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a run, whole or in pieces. Used by one thread at a time.
 *
 * @see <a href="https://docs.langchain.com/oss/python/langchain/messages">Messages</a>
 */
final class GraphMessages {

  private final GraphThoughts texts;
  private final GraphCalls calls;
  private final GraphMemory memory;

  GraphMessages(GraphThoughts texts, GraphCalls calls, GraphMemory memory) {
    this.texts = texts;
    this.calls = calls;
    this.memory = memory;
  }

  /** The text of a member; empty where it is missing, null or no string. */
  static String text(JsonNode object, String name) {
    String text = ServiceJson.text(object, name);
    return text == null ? "" : text;
  }

  /** Whether a message is one of the agent's model. */
  static boolean isOfModel(JsonNode message) {
    return kind(message).startsWith("ai");
  }

  /** Whether a message is the result of a tool. */
  static boolean isOfTool(JsonNode message) {
    return kind(message).startsWith("tool") && !text(message, "tool_call_id").isEmpty();
  }

  private static String kind(JsonNode message) {
    return text(message, "type").toLowerCase(Locale.ROOT);
  }

  /**
   * Takes a message.
   *
   * @param from the place in the graph, which stands for the id of a message that has none
   * @param by the sub-agent it is of; null for the agent itself
   */
  void take(JsonNode message, String from, @Nullable Subagent by) throws UpstreamException {
    if (isOfModel(message)) {
      String given = text(message, "id");
      ofModel(given.isEmpty() ? from : given, message, by);
    } else if (isOfTool(message)) {
      texts.pause(by);
      calls.result(text(message, "tool_call_id"), message, by);
    }
  }

  private void ofModel(String id, JsonNode message, @Nullable Subagent by)
      throws UpstreamException {
    texts.speaks(by);
    boolean isPiece = kind(message).endsWith("chunk") || message.has("tool_call_chunks");
    Said before = memory.shownOf(id);
    if (before == null) {
      ServiceMistake.checkCount("messages", memory.messages());
    }
    if (isPiece || before == null) {
      thoughts(id, message, by);
      show(id, answer(message), before == null ? Said.NOTHING : before, by);
      usage(message);
    } else {
      // A whole message after its pieces.
      show(id, before.rest(answer(message)), before, by);
    }
    calls(id, message, isPiece, by);
  }

  private void show(String id, String text, Said before, @Nullable Subagent by) {
    texts.say(by, id, text);
    memory.shown(id, before.and(text));
  }

  private void calls(String id, JsonNode message, boolean isPiece, @Nullable Subagent by)
      throws UpstreamException {
    JsonNode pieces = message.path("tool_call_chunks");
    for (JsonNode piece : pieces) {
      texts.pause(by);
      calls.chunk(id, piece, by);
    }
    JsonNode whole = message.path("tool_calls");
    if (pieces.isEmpty() && !whole.isEmpty()) {
      texts.pause(by);
      calls.whole(id, whole, by);
    } else if (!isPiece || isLast(message)) {
      calls.messageEnds(id);
    }
  }

  private static boolean isLast(JsonNode message) {
    JsonNode about = message.path("response_metadata");
    return text(message, "chunk_position").equals("last")
        || Stream.of("finish_reason", "stop_reason", "done_reason")
            .anyMatch(name -> about.hasNonNull(name));
  }

  /** A message as a node has left it: of the messages of this run, its calls are whole. */
  void left(JsonNode message, @Nullable Subagent by) throws UpstreamException {
    String id = text(message, "id");
    if (isOfModel(message) && memory.shownOf(id) != null) {
      calls.whole(id, message.path("tool_calls"), by);
    }
  }

  private void usage(JsonNode message) {
    JsonNode used = message.path("usage_metadata");
    if (used.isObject() && !used.isEmpty()) {
      memory.used(used);
    }
  }

  private static String answer(JsonNode message) {
    JsonNode content = message.path("content");
    if (!content.isArray()) {
      return content.isTextual() ? content.textValue() : "";
    }
    StringBuilder answer = new StringBuilder();
    for (JsonNode part : content) {
      if (part.isTextual()) {
        answer.append(part.textValue());
      } else if (Set.of("text", "output_text", "text_delta").contains(text(part, "type"))) {
        answer.append(text(part, "text"));
      } else if (text(part, "type").equals("refusal")) {
        answer.append(text(part, "refusal"));
      }
    }
    return answer.toString();
  }

  private void thoughts(String id, JsonNode message, @Nullable Subagent by) {
    StringBuilder thought = new StringBuilder();
    if (message.path("content").isArray()) {
      for (JsonNode part : message.path("content")) {
        thought.append(thought(part));
      }
    }
    if (thought.isEmpty()) {
      thought.append(text(message.path("additional_kwargs"), "reasoning_content"));
    }
    texts.think(by, id, thought.toString());
  }

  private static String thought(JsonNode part) {
    return switch (text(part, "type")) {
      case "thinking" -> text(part, "thinking");
      case "reasoning" -> {
        StringBuilder summary = new StringBuilder(text(part, "reasoning"));
        part.path("summary").forEach(each -> summary.append(text(each, "text")));
        yield summary.toString();
      }
      case "reasoning_content" -> text(part.path("reasoning_content"), "text");
      default -> "";
    };
  }
}
