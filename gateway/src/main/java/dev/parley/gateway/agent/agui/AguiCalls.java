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

  /** The call that each agent began last; its events without an id mean this one. */
  private final Map<String, String> last = new HashMap<>();

  /** The call of each agent whose arguments come in chunks; whole when it does something else. */
  private final Map<String, String> chunked = new HashMap<>();

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
    begin(id, tool, by);
  }

  private String begin(String id, String tool, @Nullable Subagent by) throws UpstreamException {
    String known = id.isEmpty() ? "call-" + (calls.size() + 1) : id;
    last.put(AguiSubagents.key(by), known);
    if (calls.containsKey(known)) {
      return known;
    }
    ServiceMistake.checkCount("tool calls", calls.size());
    Call call = new Call(by);
    call.tool = tool;
    calls.put(known, call);
    incomplete.put(known, call);
    return known;
  }

  /** Whose call this is; if it has not begun, that of the agent which the event names. */
  @Nullable Subagent owner(String id, @Nullable Subagent by) {
    Call call = calls.get(id);
    return call == null ? by : call.by;
  }

  void arguments(String id, String delta, @Nullable Subagent by) throws UpstreamException {
    Call call = incomplete.get(named(id, by));
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
    String agent = AguiSubagents.key(by);
    String current = chunked.get(agent);
    if (current != null && !id.isEmpty() && !id.equals(current)) {
      endChunks(agent);
      current = null;
    }
    if (current == null) {
      current = begin(id, tool, by);
      chunked.put(agent, current);
    }
    Call call = calls.get(current);
    if (call != null && call.tool.isEmpty()) {
      call.tool = tool;
    }
    arguments(current, delta, by);
  }

  /**
   * An agent does something else: the arguments of its call in chunks are whole.
   *
   * @param agent the {@link AguiSubagents#key}
   */
  void endChunks(String agent) {
    String id = chunked.remove(agent);
    if (id != null) {
      show(id);
    }
  }

  /** The arguments are whole. */
  void end(String id, @Nullable Subagent by) {
    show(named(id, by));
  }

  /** The call has a result, or an error in its place. */
  void result(String id, JsonNode event, @Nullable Subagent by) {
    String known = named(id, by);
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
    chunked.clear();
    for (String id : incomplete.keySet().toArray(String[]::new)) {
      show(id);
    }
  }

  private String named(String id, @Nullable Subagent by) {
    return id.isEmpty() ? last.getOrDefault(AguiSubagents.key(by), "") : id;
  }

  private void show(String id) {
    Call call = incomplete.remove(id);
    if (call != null) {
      chunked.remove(AguiSubagents.key(call.by), id);
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
