package dev.parley.gateway.agent.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Texts;
import dev.parley.gateway.protocol.ToolStatus;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Shows the tools that the service runs itself, such as {@code web_search_call}, and those that it
 * asks this agent to run although it cannot.
 */
final class HostedTools {

  private static final String CALL = "_call";
  private static final String ARGUMENTS = "arguments";
  private static final String OUTPUT = "output";
  private static final String ERROR = "error";
  private static final String STATUS = "status";

  private static final Set<String> OF_THE_CALLER =
      Set.of("computer_call", "local_shell_call", "apply_patch_call");

  /** What they are called with comes later than the item. */
  private static final Set<String> LATE = Set.of("mcp_call", "code_interpreter_call");

  /** Members that are no arguments and no result. */
  private static final Set<String> FRAME =
      Set.of("type", "id", "call_id", STATUS, "name", "server_label", "encrypted_content");

  private static final Set<String> RESULTS = Set.of("results", "result", "outputs", OUTPUT, ERROR);

  private HostedTools() {}

  static boolean isHosted(String type) {
    return type.endsWith(CALL) && !FunctionCalls.isFunction(type);
  }

  /** Whether the arguments come with the beginning of the item. */
  static boolean startsWithItem(String type) {
    return !LATE.contains(type);
  }

  /** Shows that the tool runs. */
  static void start(String call, ObjectNode item, Consumer<AgentEvent> out) {
    out.accept(new AgentEvent.ToolStarted(call, name(item), arguments(item)));
  }

  /** Shows how the tool ended. */
  static void end(String call, ObjectNode item, Consumer<AgentEvent> out) {
    String type = item.path("type").asText();
    if (OF_THE_CALLER.contains(type)) {
      String problem = "tool: " + Texts.cut(name(item)) + " is not one of the tools of this agent";
      out.accept(AgentEvent.ToolEnded.error(call, problem));
      return;
    }
    JsonNode error = item.path(ERROR);
    String status = item.path(STATUS).asText("completed");
    boolean hasFailed = !error.isMissingNode() && !error.isNull();
    if (hasFailed || Set.of("failed", "incomplete").contains(status)) {
      out.accept(AgentEvent.ToolEnded.error(call, hasFailed ? plain(error) : status));
    } else {
      out.accept(AgentEvent.ToolEnded.ok(call, result(item)));
    }
  }

  /** Shows a call that a person would have to approve, and that it was not. */
  static void deny(String call, ObjectNode request, Consumer<AgentEvent> out) {
    start(call, request, out);
    out.accept(new AgentEvent.ToolEnded(call, ToolStatus.DENIED, null, null));
  }

  private static String plain(JsonNode error) {
    String message = ServiceJson.text(error, "message");
    return error.isTextual() ? error.textValue() : message == null ? error.toString() : message;
  }

  private static String name(ObjectNode item) {
    String name = ServiceJson.text(item, "name");
    String server = ServiceJson.text(item, "server_label");
    String type = item.path("type").asText();
    String plain =
        name != null
            ? name
            : type.endsWith(CALL) ? type.substring(0, type.length() - CALL.length()) : type;
    return server == null ? plain : server + '.' + plain;
  }

  private static RawJson arguments(ObjectNode item) {
    String given = ServiceJson.text(item, ARGUMENTS);
    return given == null
        ? RawJson.of(members(item, false).toString())
        : FunctionCalls.arguments(given);
  }

  private static RawJson result(ObjectNode item) {
    JsonNode output = item.path(OUTPUT);
    return RawJson.of(
        output.isMissingNode() || output.isNull()
            ? members(item, true).toString()
            : output.toString());
  }

  private static ObjectNode members(ObjectNode item, boolean isResult) {
    ObjectNode members = ServiceJson.NODES.objectNode();
    for (Map.Entry<String, JsonNode> member : item.properties()) {
      String name = member.getKey();
      boolean isShown = !FRAME.contains(name) && (isResult || !RESULTS.contains(name));
      if (isShown && !member.getValue().isNull()) {
        members.set(name, member.getValue());
      }
    }
    return members;
  }
}
