package dev.parley.gateway.agent.agui;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.ServiceMistake;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Subagent;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tool calls of a run. A call is shown when its arguments are whole. Used by one thread.
 *
 * @see <a href="https://docs.ag-ui.com/spec/1.0/events/tool-calls">Tool calls</a>
 */
final class AguiCalls {

  /** The maximum characters of arguments that are not whole yet, of all calls together. */
  static final int MAX_UNITS = 4 << 20;

  private final Consumer<AgentEvent> out;
  private final Map<String, Call> calls = new HashMap<>();
  private final Map<String, Call> incomplete = new LinkedHashMap<>();
  private int units;

  /** The call that was begun last; events without an id mean this one. */
  private String last = "";

  /** The call whose arguments come in chunks and are whole when something else comes. */
  private @Nullable String chunked;

  /** A call of which the agent has told something. */
  private static final class Call {
    private final @Nullable Subagent by;
    private String tool = "";
    private final StringBuilder arguments = new StringBuilder();
    private boolean ended;

    Call(@Nullable Subagent by) {
      this.by = by;
    }
  }

  AguiCalls(Consumer<AgentEvent> out) {
    this.out = out;
  }

  /** A call begins, of the agent itself (null) or of a sub-agent. */
  void start(String id, String tool, @Nullable Subagent by) throws UpstreamException {
    String known = id.isEmpty() ? "call-" + (calls.size() + 1) : id;
    last = known;
    if (calls.containsKey(known)) {
      return;
    }
    ServiceMistake.checkCount("tool calls", calls.size());
    Call call = new Call(by);
    call.tool = tool;
    calls.put(known, call);
    incomplete.put(known, call);
  }

  void arguments(String id, String delta) throws UpstreamException {
    Call call = incomplete.get(named(id));
    if (call == null) {
      return;
    }
    units += delta.length();
    if (units > MAX_UNITS) {
      throw ServiceMistake.of("arguments", units + " characters", "at most " + MAX_UNITS);
    }
    call.arguments.append(delta);
  }

  void chunk(String id, String tool, String delta, @Nullable Subagent by) throws UpstreamException {
    String current = chunked;
    if (current != null && !id.isEmpty() && !id.equals(current)) {
      endChunks();
      current = null;
    }
    if (current == null) {
      start(id, tool, by);
      chunked = last;
    }
    Call call = calls.get(last);
    if (call != null && call.tool.isEmpty()) {
      call.tool = tool;
    }
    arguments(last, delta);
  }

  /** Something else begins: the arguments of a call in chunks are whole. */
  void endChunks() {
    String id = chunked;
    chunked = null;
    if (id != null) {
      show(id);
    }
  }

  /** The arguments are whole. */
  void end(String id) {
    show(named(id));
  }

  /** The call has a result, or an error in its place. */
  void result(String id, JsonNode event) {
    String known = named(id);
    Call call = calls.get(known);
    if (call == null || call.ended) {
      return;
    }
    show(known);
    call.ended = true;
    String error = AguiJson.text(event, "error");
    out.accept(
        error.isEmpty()
            ? AgentEvent.ToolEnded.ok(known, result(event.path("content")))
            : AgentEvent.ToolEnded.error(known, error));
  }

  boolean knows(String id) {
    return calls.containsKey(id);
  }

  /** Shows what the agent left without an end. */
  void endAll() {
    chunked = null;
    for (String id : incomplete.keySet().toArray(String[]::new)) {
      show(id);
    }
  }

  private String named(String id) {
    return id.isEmpty() ? last : id;
  }

  private void show(String id) {
    Call call = incomplete.remove(id);
    if (call != null) {
      units -= call.arguments.length();
      out.accept(
          new AgentEvent.ToolStarted(id, call.tool, json(call.arguments.toString()), call.by));
      call.arguments.setLength(0);
      call.arguments.trimToSize();
    }
  }

  /** The arguments; what is no JSON is given as a JSON string. */
  private static RawJson json(String arguments) {
    if (arguments.isBlank()) {
      return RawJson.of("{}");
    }
    return AguiJson.value(arguments)
        .map(value -> RawJson.of(value.toString()))
        .orElseGet(() -> AguiJson.quoted(arguments));
  }

  /** A text that is a JSON object or list is shown as such. */
  private static RawJson result(JsonNode content) {
    if (!content.isTextual()) {
      return RawJson.of(content.isMissingNode() ? "null" : content.toString());
    }
    String text = content.textValue();
    return AguiJson.value(text)
        .filter(JsonNode::isContainerNode)
        .map(value -> RawJson.of(value.toString()))
        .orElseGet(() -> AguiJson.quoted(text));
  }
}
