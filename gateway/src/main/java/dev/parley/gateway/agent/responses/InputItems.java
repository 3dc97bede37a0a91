package dev.parley.gateway.agent.responses;

import static dev.parley.gateway.agent.model.ServiceJson.NODES;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.model.ModelNotes;
import dev.parley.gateway.agent.model.RawMembers;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.agent.model.ToolEndText;
import dev.parley.gateway.agent.model.ToolResult;
import dev.parley.gateway.agent.model.Turn;
import dev.parley.gateway.protocol.RawJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The {@code input} of the requests of one run. Used by one thread at a time. */
final class InputItems {

  private static final int MAX_NAME = 64;
  private static final String TYPE = "type";
  private static final String CALL_ID = FunctionCalls.CALL_ID;
  private static final String ENCRYPTED = "encrypted_content";

  private static final String ITEMS = "items";

  private final ArrayNode items = NODES.arrayNode();
  private final ModelNotes notes;
  private int pastCalls;

  /** Thoughts of earlier runs, which the service may not be able to read any more. */
  private final List<JsonNode> pastThoughts = new ArrayList<>();

  /** No items yet; thoughts of earlier runs are in these notes. */
  InputItems(ModelNotes notes) {
    this.notes = notes;
  }

  /** Adds the thread so far, and what is to be answered. */
  void turns(List<Turn> turns) {
    for (Turn turn : turns) {
      if (turn instanceof Turn.User user) {
        message("user").set("content", InputContent.of(user.parts()));
      } else if (turn instanceof Turn.Assistant assistant) {
        assistant(assistant);
      }
    }
  }

  private ObjectNode message(String role) {
    return items.addObject().put(TYPE, OutputItem.MESSAGE).put("role", role);
  }

  private void assistant(Turn.Assistant turn) {
    if (!turn.calls().isEmpty()) {
      // Only before a call: a thought without what followed it is rejected.
      turn.notes().forEach(this::pastThoughts);
    }
    if (!turn.text().isBlank()) {
      message("assistant").put("content", turn.text());
    }
    int first = pastCalls;
    for (History.PastToolCall call : turn.calls()) {
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

  private void pastThoughts(RawJson note) {
    for (JsonNode thought :
        notes
            .read(note)
            .flatMap(members -> Optional.ofNullable(members.get(ITEMS)))
            .flatMap(ServiceJson::read)
            .orElse(NODES.missingNode())) {
      pastThoughts.add(thought);
      items.add(thought);
    }
  }

  /** Leaves the thoughts of earlier runs out; returns whether there were any. */
  boolean leavePastThoughtsOut() {
    List<JsonNode> left = new ArrayList<>();
    items.forEach(left::add);
    left.removeAll(pastThoughts);
    boolean hadAny = left.size() < items.size();
    items.removeAll().addAll(left);
    return hadAny;
  }

  /** The members of a note with the thoughts of this answer; none if it has none. */
  static RawMembers note(List<ObjectNode> output) {
    ArrayNode thoughts = NODES.arrayNode();
    for (ObjectNode item : output) {
      if (item.path(TYPE).asText().equals(OutputItem.REASONING)) {
        thought(item).ifPresent(thoughts::add);
      }
    }
    RawMembers members = new RawMembers();
    if (!thoughts.isEmpty()) {
      members.put(ITEMS, thoughts.toString());
    }
    return members;
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
