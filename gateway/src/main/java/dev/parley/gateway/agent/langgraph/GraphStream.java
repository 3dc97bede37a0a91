package dev.parley.gateway.agent.langgraph;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.ServiceMistake;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Finish;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Subagent;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The events of a run as the gateway shows them. Unknown events are ignored. Of an error only its
 * type is shown: its message may quote the conversation or a key. Used by one thread at a time.
 *
 * @see <a href="https://docs.langchain.com/langsmith/streaming">Streaming API</a>
 */
final class GraphStream {

  private static final Pattern WORD = Pattern.compile("[a-zA-Z0-9_.:-]{1,64}");

  private final Consumer<AgentEvent> out;
  private final GraphMemory memory;
  private final GraphThoughts texts;
  private final GraphCalls calls;
  private final GraphSubagents subagents;
  private final GraphMessages messages;

  GraphStream(Consumer<AgentEvent> out, GraphMemory memory) {
    this.out = out;
    this.memory = memory;
    texts = new GraphThoughts(out, memory);
    calls = new GraphCalls(out, memory);
    subagents = new GraphSubagents(memory, calls);
    messages = new GraphMessages(texts, calls, memory);
  }

  /**
   * Takes the next event.
   *
   * @param type its mode, and after each {@code |} a part of the subgraph's namespace
   * @throws UpstreamException when the run has failed, or the event breaks the rules
   */
  void take(String type, JsonNode data) throws UpstreamException {
    int bar = type.indexOf('|');
    String mode = bar < 0 ? type : type.substring(0, bar);
    String namespace = bar < 0 ? "" : type.substring(bar + 1);
    switch (mode) {
      case "messages" -> message(namespace, data);
      case "updates" -> updates(namespace, data);
      case "custom" -> out.accept(new AgentEvent.Custom("langgraph.custom", raw(data)));
      case "values" -> {
        if (namespace.isEmpty()) {
          interrupt(data);
          out.accept(new AgentEvent.State(false, raw(data)));
        }
      }
      case "error" -> throw error(data);
      default -> {
        // A mode that was not asked for, or a sign of life.
      }
    }
  }

  private static RawJson raw(JsonNode value) {
    return RawJson.of(value.toString());
  }

  private void message(String namespace, JsonNode data) throws UpstreamException {
    if (!data.path(0).isObject()) {
      throw ServiceMistake.of("messages", "no pair", "a message and what is known about it");
    }
    String place = GraphMessages.text(data.path(1), "langgraph_checkpoint_ns");
    JsonNode message = data.path(0);
    if (GraphMessages.isOfTool(message)) {
      Subagent asked = subagents.atTool(place);
      if (asked != null) {
        texts.workEnded(asked);
      }
      messages.take(message, "", subagents.of(place.isEmpty() ? namespace : outer(place), ""));
    } else {
      messages.take(message, "in " + place, subagents.of(message, data.path(1), namespace));
    }
  }

  private static String outer(String place) {
    return place.substring(0, Math.max(0, place.lastIndexOf('|')));
  }

  private void updates(String namespace, JsonNode data) throws UpstreamException {
    interrupt(data);
    for (Map.Entry<String, JsonNode> node : data.properties()) {
      if (!node.getKey().startsWith("__")) {
        Subagent by = subagents.of(namespace, "");
        left(node.getValue(), by);
        texts.stepDone(by, GraphSubagents.path(namespace) + node.getKey());
      }
    }
  }

  private void left(JsonNode update, @Nullable Subagent by) throws UpstreamException {
    for (JsonNode value : update) {
      if (value.isArray()) {
        for (JsonNode each : value) {
          messages.left(each, by);
        }
      } else {
        messages.left(value, by);
      }
    }
  }

  private static void interrupt(JsonNode data) throws UpstreamException {
    if (data.has("__interrupt__")) {
      throw UpstreamException.permanent(
          ErrorCode.APPROVAL_UNSUPPORTED, "The agent waits for an approval.");
    }
  }

  private static UpstreamException error(JsonNode data) {
    String name = GraphMessages.text(data, "error");
    String shown = WORD.matcher(name).matches() ? ": " + name : "";
    return UpstreamException.permanent(
        ErrorCode.UPSTREAM_ERROR, "The agent reported an error" + shown + '.');
  }

  /** The run has succeeded. */
  AgentEvent.Completed end() {
    texts.endAll();
    calls.endAll();
    return new AgentEvent.Completed(Finish.STOP, memory.usage(), null);
  }
}
