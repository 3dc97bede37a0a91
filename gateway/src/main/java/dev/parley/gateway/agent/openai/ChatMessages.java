package dev.parley.gateway.agent.openai;

import static dev.parley.gateway.agent.model.ServiceJson.NODES;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.model.ModelNotes;
import dev.parley.gateway.agent.model.ToolEndText;
import dev.parley.gateway.agent.model.ToolResult;
import dev.parley.gateway.agent.model.Turn;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.ToolStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The {@code messages} of the requests of one run. Used by one thread at a time. */
final class ChatMessages {

  private static final int MAX_NAME = 64;
  private static final String ROLE = "role";
  private static final String CONTENT = "content";
  private static final String ASSISTANT = "assistant";
  private static final String TOOL_CALLS = "tool_calls";

  private final ArrayNode messages = NODES.arrayNode();
  private final ModelNotes notes;

  /** Messages of earlier runs as they are without their notes, by their places. */
  private final Map<Integer, ObjectNode> plains = new HashMap<>();

  private int pastCalls;

  /** Messages that begin with the system text, and have the notes of this model. */
  ChatMessages(Optional<String> system, ModelNotes notes) {
    this.notes = notes;
    system.ifPresent(text -> messages.addObject().put(ROLE, "system").put(CONTENT, text));
  }

  /** Adds the thread so far, and what is to be answered. */
  void turns(List<Turn> turns) {
    for (Turn turn : turns) {
      if (turn instanceof Turn.User user) {
        messages.addObject().put(ROLE, "user").set(CONTENT, UserContent.of(user.parts()));
      } else if (turn instanceof Turn.Assistant assistant) {
        assistant(assistant);
      }
    }
  }

  private void assistant(Turn.Assistant turn) {
    ArrayNode calls = NODES.arrayNode();
    int first = pastCalls;
    for (History.PastToolCall call : turn.calls()) {
      ObjectNode entry = calls.addObject().put("id", pastId(pastCalls++)).put("type", "function");
      entry
          .putObject("function")
          .put("name", pastName(call.tool()))
          .put("arguments", pastArguments(call.arguments()));
    }
    ObjectNode message = addAnswer(turn.text(), null, calls);
    ObjectNode plain = message.deepCopy();
    List<String> ids = turn.calls().stream().map(History.PastToolCall::call).toList();
    for (RawJson note : turn.notes()) {
      ChatNote.of(note, notes).ifPresent(noted -> noted.addTo(message, ids, calls));
    }
    if (!message.equals(plain)) {
      plains.put(messages.size() - 1, plain);
    }
    for (int i = 0; i < turn.calls().size(); i++) {
      History.PastToolCall call = turn.calls().get(i);
      addResult(pastId(first + i), call.status(), call.result(), call.error());
    }
  }

  /** Other agents have ids of other forms: this one is taken by every service, Mistral's too. */
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
   * Adds what the model has said in a step that called tools.
   *
   * @param reasoning its {@code reasoning_content}, which DeepSeek and others want back
   * @param unknown more members of the message
   */
  void answer(String text, @Nullable String reasoning, ObjectNode unknown, List<ToolSlot> calls) {
    ArrayNode entries = NODES.arrayNode();
    calls.forEach(call -> entries.add(call.echo()));
    addAnswer(text, reasoning, entries).setAll(unknown);
  }

  private ObjectNode addAnswer(String text, @Nullable String reasoning, ArrayNode calls) {
    ObjectNode message = messages.addObject().put(ROLE, ASSISTANT);
    message.put(CONTENT, text.isEmpty() && !calls.isEmpty() ? null : text);
    if (reasoning != null) {
      message.put("reasoning_content", reasoning);
    }
    if (!calls.isEmpty()) {
      message.set(TOOL_CALLS, calls);
    }
    return message;
  }

  /** Adds the end of a tool call of the last answer. */
  void result(ToolResult result) {
    AgentEvent.ToolEnded end = result.end();
    addResult(result.request().call(), end.status(), end.result(), end.error());
  }

  private void addResult(
      String call, ToolStatus status, @Nullable RawJson result, @Nullable String error) {
    messages
        .addObject()
        .put(ROLE, "tool")
        .put("tool_call_id", call)
        .put(CONTENT, ToolEndText.of(status, result, error));
  }

  /** Whether a message of an earlier run has a note. */
  boolean tellsNotes() {
    return !plains.isEmpty();
  }

  /** Leaves the notes of earlier runs out. */
  void leaveNotesOut() {
    plains.forEach(messages::set);
    plains.clear();
  }

  JsonNode json() {
    return messages;
  }
}
