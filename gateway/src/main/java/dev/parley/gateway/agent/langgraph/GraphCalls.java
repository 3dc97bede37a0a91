package dev.parley.gateway.agent.langgraph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.agent.model.ServiceMistake;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Subagent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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

  /** The calls that were shown and have no result yet. */
  private final Map<String, Running> running = new HashMap<>();

  private int units;
  private int count;

  /** A call, and the id of the sub-agent that made it. */
  private record Running(String tool, @Nullable String by) {}

  /** A call of a message that is not whole. */
  private static final class CallPieces {
    private final String index;
    private final @Nullable Subagent by;
    private String id;
    private final StringBuilder tool = new StringBuilder();
    private final StringBuilder arguments = new StringBuilder();

    CallPieces(String index, String id, @Nullable Subagent by) {
      this.index = index;
      this.by = by;
      this.id = id;
    }
  }

  GraphCalls(Consumer<AgentEvent> out, GraphMemory memory) {
    this.out = out;
    this.memory = memory;
  }

  /** A piece of a call: {@code {index, id, name, args}}, of which only the first has all. */
  void chunk(String message, JsonNode piece, @Nullable Subagent by) throws UpstreamException {
    String id = GraphMessages.text(piece, "id");
    String index = piece.path("index").asText("");
    CallPieces call = pieces(message, index, id, by);
    call.id = call.id.isEmpty() ? id : call.id;
    call.tool.append(GraphMessages.text(piece, "name"));
    String arguments = GraphMessages.text(piece, "args");
    units += arguments.length();
    if (units > MAX_UNITS) {
      throw ServiceMistake.of("args", units + " characters", "at most " + MAX_UNITS);
    }
    call.arguments.append(arguments);
  }

  private CallPieces pieces(String message, String index, String id, @Nullable Subagent by)
      throws UpstreamException {
    List<CallPieces> calls = open.computeIfAbsent(message, key -> new ArrayList<>());
    for (int i = calls.size() - 1; i >= 0; i--) {
      CallPieces call = calls.get(i);
      boolean isOther = !id.isEmpty() && !call.id.isEmpty() && !id.equals(call.id);
      if (!isOther && (index.isEmpty() || index.equals(call.index))) {
        return call;
      }
    }
    ServiceMistake.checkCount("tool calls", count++);
    CallPieces call = new CallPieces(index, id, by);
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
      show(call.id, call.tool.toString(), json(call.arguments.toString()), call.by);
    }
  }

  /** Calls of a whole message: {@code {id, name, args}}. */
  void whole(String message, JsonNode calls, @Nullable Subagent by) throws UpstreamException {
    for (JsonNode call : calls) {
      String id = GraphMessages.text(call, "id");
      if (!id.isEmpty() && !memory.wasShown(id)) {
        ServiceMistake.checkCount("tool calls", count++);
        JsonNode arguments = call.path("args");
        show(
            id,
            GraphMessages.text(call, "name"),
            RawJson.of(arguments.isMissingNode() ? "{}" : arguments.toString()),
            by);
      }
    }
    messageEnds(message);
  }

  private void show(String id, String tool, RawJson arguments, @Nullable Subagent by) {
    if (!memory.wasShown(id)) {
      memory.shown(id, false);
      String shown = tool.isEmpty() ? NO_NAME : tool;
      running.put(id, new Running(shown, by == null ? null : by.id()));
      out.accept(new AgentEvent.ToolStarted(id, shown, arguments, by));
    }
  }

  /** The tool of the one open call of a sub-agent; another word if there are none or several. */
  String onlyOpen(@Nullable String by) {
    List<String> tools =
        running.values().stream()
            .filter(call -> Objects.equals(call.by(), by))
            .map(Running::tool)
            .toList();
    return tools.size() == 1 ? tools.get(0) : NO_NAME;
  }

  /** The result of a call. */
  void result(String id, JsonNode message, @Nullable Subagent by) {
    if (memory.hasEnded(id)) {
      return;
    }
    if (!memory.wasShown(id)) {
      showMessageOf(id);
    }
    show(id, GraphMessages.text(message, "name"), RawJson.of("{}"), by);
    memory.shown(id, true);
    running.remove(id);
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
