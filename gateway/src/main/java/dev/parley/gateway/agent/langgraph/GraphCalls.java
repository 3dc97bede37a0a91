package dev.parley.gateway.agent.langgraph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.RawJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The tool calls of a run. A call is shown when its arguments are whole: when its message is, or
 * when it has a result. Used by one thread at a time.
 */
final class GraphCalls {

  /** The maximum characters of arguments that are not whole yet, of all calls together. */
  static final int MAX_UNITS = 4 << 20;

  private static final String NO_NAME = "tool";

  private final Consumer<AgentEvent> out;
  private final GraphMemory memory;
  private final Map<String, List<CallPieces>> open = new LinkedHashMap<>();
  private int units;
  private int count;

  /** A call of a message that is not whole. */
  private static final class CallPieces {
    private final String index;
    private String id;
    private final StringBuilder tool = new StringBuilder();
    private final StringBuilder arguments = new StringBuilder();

    CallPieces(String index, String id) {
      this.index = index;
      this.id = id;
    }
  }

  GraphCalls(Consumer<AgentEvent> out, GraphMemory memory) {
    this.out = out;
    this.memory = memory;
  }

  /** A piece of a call: {@code {index, id, name, args}}, of which only the first has all. */
  void chunk(String message, JsonNode piece) throws UpstreamException {
    String id = GraphMessages.text(piece, "id");
    String index = piece.path("index").asText("");
    CallPieces call = pieces(message, index, id);
    call.id = call.id.isEmpty() ? id : call.id;
    call.tool.append(GraphMessages.text(piece, "name"));
    String arguments = GraphMessages.text(piece, "args");
    units += arguments.length();
    if (units > MAX_UNITS) {
      throw GraphMistake.of("args", units + " characters", "at most " + MAX_UNITS);
    }
    call.arguments.append(arguments);
  }

  private CallPieces pieces(String message, String index, String id) throws UpstreamException {
    List<CallPieces> calls = open.computeIfAbsent(message, key -> new ArrayList<>());
    for (int i = calls.size() - 1; i >= 0; i--) {
      CallPieces call = calls.get(i);
      boolean isOther = !id.isEmpty() && !call.id.isEmpty() && !id.equals(call.id);
      if (!isOther && (index.isEmpty() || index.equals(call.index))) {
        return call;
      }
    }
    GraphMistake.checkCount("tool calls", count++);
    CallPieces call = new CallPieces(index, id);
    calls.add(call);
    return call;
  }

  /** The message is whole: so are the calls of which all pieces came. */
  void messageEnds(String message) {
    List<CallPieces> calls = open.remove(message);
    if (calls != null) {
      calls.forEach(this::show);
    }
  }

  /** All that is left open is shown as far as it came. */
  void endAll() {
    for (String message : open.keySet().toArray(String[]::new)) {
      messageEnds(message);
    }
  }

  private void show(CallPieces call) {
    units -= call.arguments.length();
    // Without an id its first piece came before a restart: the whole message has the call again.
    if (!call.id.isEmpty()) {
      show(call.id, call.tool.toString(), json(call.arguments.toString()));
    }
  }

  /** Calls of a whole message: {@code {id, name, args}}. */
  void whole(String message, JsonNode calls) throws UpstreamException {
    for (JsonNode call : calls) {
      String id = GraphMessages.text(call, "id");
      if (!id.isEmpty() && !memory.wasShown(id)) {
        GraphMistake.checkCount("tool calls", count++);
        JsonNode arguments = call.path("args");
        show(
            id,
            GraphMessages.text(call, "name"),
            RawJson.of(arguments.isMissingNode() ? "{}" : arguments.toString()));
      }
    }
    messageEnds(message);
  }

  private void show(String id, String tool, RawJson arguments) {
    if (!memory.wasShown(id)) {
      memory.shown(id, false);
      out.accept(new AgentEvent.ToolStarted(id, tool.isEmpty() ? NO_NAME : tool, arguments));
    }
  }

  /** The result of a call. */
  void result(String id, JsonNode message) {
    if (memory.hasEnded(id)) {
      return;
    }
    if (!memory.wasShown(id)) {
      showMessageOf(id);
    }
    show(id, GraphMessages.text(message, "name"), RawJson.of("{}"));
    memory.shown(id, true);
    JsonNode content = message.path("content");
    out.accept(
        GraphMessages.text(message, "status").equals("error")
            ? AgentEvent.ToolEnded.error(id, words(content))
            : AgentEvent.ToolEnded.ok(id, value(content)));
  }

  private void showMessageOf(String id) {
    for (Map.Entry<String, List<CallPieces>> message : open.entrySet()) {
      if (message.getValue().stream().anyMatch(call -> call.id.equals(id))) {
        messageEnds(message.getKey());
        return;
      }
    }
  }

  /** The arguments; what is no JSON is given as a JSON string. */
  private static RawJson json(String arguments) {
    if (arguments.isBlank()) {
      return RawJson.of("{}");
    }
    return ServiceJson.read(arguments)
        .map(value -> RawJson.of(value.toString()))
        .orElseGet(() -> RawJson.of(TextNode.valueOf(arguments).toString()));
  }

  /** A text that is a JSON object or list is shown as such. */
  private static RawJson value(JsonNode content) {
    if (!content.isTextual()) {
      return RawJson.of(content.isMissingNode() ? "null" : content.toString());
    }
    return ServiceJson.read(content.textValue())
        .filter(JsonNode::isContainerNode)
        .map(value -> RawJson.of(value.toString()))
        .orElseGet(() -> RawJson.of(content.toString()));
  }

  private static String words(JsonNode content) {
    return content.isTextual() ? content.textValue() : content.toString();
  }
}
