package dev.parley.gateway.user.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the events of a thread, one run after the other, and fails at the first that a client could
 * not make sense of. Written from the protocol, not from the gateway's grammar.
 */
public final class RunJudge {

  private final Map<String, String> openTools = new HashMap<>();
  private final Set<String> waiting = new HashSet<>();
  private final Set<String> unanswered = new HashSet<>();
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder thought = new StringBuilder();
  private final Map<String, StringBuilder> ofSubagents = new HashMap<>();
  private final Map<String, String> callers = new HashMap<>();
  private long seq;
  private boolean open;
  private boolean thinking;

  public static RunJudge of(List<JsonNode> events) {
    RunJudge judge = new RunJudge();
    events.forEach(judge::read);
    return judge;
  }

  /** Fails while a run is open or a message is queued. */
  public void requireEnded() {
    if (open || unanswered.stream().anyMatch(waiting::contains)) {
      throw new AssertionError("run: open, or waited for (expected: all ended)");
    }
  }

  /** What the last run said. */
  public String text() {
    return text.toString();
  }

  public void read(JsonNode event) {
    long last = event.path("seq").asLong();
    long first = event.path("seq_from").asLong(last);
    require(seq == 0 || first == seq + 1, event, "the next seq");
    seq = last;
    String type = event.path("type").asText();
    JsonNode payload = event.path("payload");
    String message = payload.path("message_id").asText();
    if (type.equals("message_added")) {
      unanswered.add(message);
      if (payload.path("queued").asBoolean()) {
        waiting.add(message);
      }
      return;
    }
    if (type.equals("thread_titled") && payload.path("by").asText().equals("user")) {
      return;
    }
    if (type.equals("message_taken_back")) {
      require(
          waiting.contains(message) && unanswered.remove(message), event, "a message that waits");
      return;
    }
    require(open != type.equals("agent_started"), event, "an open run, or its start");
    require(open || unanswered.remove(message), event, "a message that no run answered yet");
    switch (type) {
      case "agent_started" -> begin();
      case "agent_thinking" -> think(event, payload);
      case "agent_message" -> grow(text, event, "delta");
      case "tool_executing" -> {
        String name = payload.path("tool_name").asText();
        String before = openTools.put(payload.path("tool_call_id").asText(), name);
        require(before == null, event, "a tool that is not open");
        callers.put(payload.path("tool_call_id").asText(), payload.path("subagent").toString());
      }
      case "tool_completed" -> {
        String name = openTools.remove(payload.path("tool_call_id").asText());
        require(payload.path("tool_name").asText().equals(name), event, "an open tool");
        String caller = callers.remove(payload.path("tool_call_id").asText());
        require(payload.path("subagent").toString().equals(caller), event, "of " + caller);
      }
      case "agent_completed" -> end(event, payload.path("text").asText());
      case "agent_failed", "agent_cancelled" -> end(event, payload.path("partial_text").asText());
      default ->
          require(
              List.of("custom", "state_updated", "thread_titled").contains(type),
              event,
              "a known type");
    }
  }

  private void begin() {
    open = true;
    thinking = false;
    text.setLength(0);
    thought.setLength(0);
    ofSubagents.clear();
  }

  private void think(JsonNode event, JsonNode payload) {
    if (payload.has("subagent")) {
      thinkOf(payload.path("subagent").path("id").asText(), event, payload);
      return;
    }
    switch (payload.path("phase").asText()) {
      case "start" -> {
        require(!thinking, event, "one stretch of thinking at a time");
        thinking = true;
        thought.setLength(0);
      }
      case "end" -> {
        require(thinking, event, "a stretch of thinking");
        thinking = false;
      }
      case "delta" -> grow(thought, event, "text");
      default -> require(payload.hasNonNull("step"), event, "a named step");
    }
  }

  private void thinkOf(String subagent, JsonNode event, JsonNode payload) {
    StringBuilder open = ofSubagents.get(subagent);
    switch (payload.path("phase").asText()) {
      case "start" -> {
        require(open == null, event, "one stretch of a sub-agent at a time");
        ofSubagents.put(subagent, new StringBuilder());
      }
      case "end" ->
          require(ofSubagents.remove(subagent) != null, event, "a stretch of the sub-agent");
      case "delta" -> {
        if (open == null) {
          throw new AssertionError("event: " + event + " (expected: a stretch of the sub-agent)");
        }
        grow(open, event, "text");
      }
      default -> require(payload.hasNonNull("step"), event, "a named step");
    }
  }

  private static void grow(StringBuilder whole, JsonNode event, String field) {
    String piece = event.path("payload").path(field).asText();
    require(event.path("payload").path("offset").asLong() == whole.length(), event, "no hole");
    require(!piece.isEmpty(), event, "some text");
    whole.append(piece);
    // A half of a surrogate pair alone cannot be encoded: it would be one of these.
    require(
        piece.codePoints().noneMatch(c -> c >= 0xD800 && c <= 0xDFFF), event, "whole characters");
  }

  private void end(JsonNode event, String said) {
    require(openTools.isEmpty(), event, "no open tool");
    require(said.contentEquals(text), event, "the text " + text);
    open = false;
  }

  private static void require(boolean holds, JsonNode event, String expected) {
    if (!holds) {
      throw new AssertionError("event: " + event + " (expected: " + expected + ")");
    }
  }
}
