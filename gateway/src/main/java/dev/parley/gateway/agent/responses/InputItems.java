package dev.parley.gateway.agent.responses;

import static dev.parley.gateway.agent.model.ServiceJson.NODES;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.model.ToolEndText;
import dev.parley.gateway.agent.model.ToolResult;
import dev.parley.gateway.agent.model.Turn;
import dev.parley.gateway.protocol.RawJson;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The {@code input} of the requests of one run. Used by one thread at a time. */
final class InputItems {

  private static final int MAX_NAME = 64;
  private static final String TYPE = "type";
  private static final String CALL_ID = FunctionCalls.CALL_ID;
  private static final String ENCRYPTED = "encrypted_content";

  private final ArrayNode items = NODES.arrayNode();
  private int pastCalls;

  /**
   * Adds the thread so far, and what is to be answered.
   *
   * @param thoughts those of the thread
   */
  void turns(List<Turn> turns, PastThoughts thoughts) {
    for (Turn turn : turns) {
      if (turn instanceof Turn.User user) {
        message("user").set("content", InputContent.of(user.parts()));
      } else if (turn instanceof Turn.Assistant assistant) {
        assistant(assistant, thoughts);
      }
    }
  }

  private ObjectNode message(String role) {
    return items.addObject().put(TYPE, OutputItem.MESSAGE).put("role", role);
  }

  private void assistant(Turn.Assistant turn, PastThoughts thoughts) {
    if (!turn.calls().isEmpty()) {
      thoughts.before(turn.calls().get(0)).forEach(items::add);
    }
    if (!turn.text().isBlank()) {
      message("assistant").put("content", turn.text());
    }
    int first = pastCalls;
    for (History.PastToolCall call : turn.calls()) {
      if (pastCalls > first) {
        thoughts.before(call).forEach(items::add);
      }
      items
          .addObject()
          .put(TYPE, FunctionCalls.FUNCTION)
          .put(CALL_ID, pastId(pastCalls++))
          .put("name", pastName(call.tool()))
          .put("arguments", pastArguments(call.arguments()));
    }
    for (int i = 0; i < turn.calls().size(); i++) {
      History.PastToolCall call = turn.calls().get(i);
      String told = ToolEndText.of(call.status(), call.result(), call.error());
      output(FunctionCalls.FUNCTION, pastId(first + i), told);
    }
  }

  private static String pastId(int number) {
    return String.format(Locale.ROOT, "past%05d", number);
  }

  private static String pastName(String tool) {
    String plain = tool.replaceAll("[^a-zA-Z0-9_-]", "_");
    return plain.isEmpty() ? "unnamed" : plain.substring(0, Math.min(plain.length(), MAX_NAME));
  }

  private static String pastArguments(RawJson arguments) {
    boolean isObject = arguments.toString().stripLeading().startsWith("{");
    return isObject ? arguments.toString() : "{}";
  }

  /**
   * Adds what the model has answered in a step: thoughts as they came, and without the ids that
   * services look up although they keep nothing.
   */
  void answer(List<ObjectNode> output) {
    for (ObjectNode item : output) {
      String type = item.path(TYPE).asText();
      if (type.equals(OutputItem.REASONING)) {
        thought(item).ifPresent(items::add);
      } else {
        ObjectNode echo =
            FunctionCalls.isFunction(type) ? FunctionCalls.echo(item) : item.deepCopy();
        echo.properties().removeIf(member -> member.getValue().isNull());
        if (type.equals(OutputItem.MESSAGE) || FunctionCalls.isFunction(type)) {
          echo.remove(List.of("id", "status"));
        }
        items.add(echo);
      }
    }
  }

  /** A thought as it goes back; one without its content would be looked up, and not found. */
  static Optional<ObjectNode> thought(ObjectNode item) {
    ObjectNode echo = item.deepCopy();
    echo.properties().removeIf(member -> member.getValue().isNull());
    return Optional.of(echo).filter(each -> each.has(ENCRYPTED) || !each.path("content").isEmpty());
  }

  /** Adds the end of a tool call of the last answer. */
  void result(String type, ToolResult result) {
    AgentEvent.ToolEnded end = result.end();
    output(type, result.request().call(), ToolEndText.of(end.status(), end.result(), end.error()));
  }

  /** Adds that a call of a tool of an MCP server is not approved. */
  void denial(String request) {
    items
        .addObject()
        .put(TYPE, "mcp_approval_response")
        .put("approval_request_id", request)
        .put("approve", false);
  }

  private void output(String type, String call, String output) {
    items.addObject().put(TYPE, type + "_output").put(CALL_ID, call).put("output", output);
  }

  JsonNode json() {
    return items;
  }
}
