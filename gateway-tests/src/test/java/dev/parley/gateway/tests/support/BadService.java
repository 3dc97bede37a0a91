package dev.parley.gateway.tests.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.upstream.Dialogue;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.tests.report.Tally;
import dev.parley.gateway.tests.report.Tally.Counted;
import java.io.IOException;
import java.util.Map;

/** A service that speaks AG-UI and misbehaves. The message of the user names the misbehaviour. */
public final class BadService implements AutoCloseable {

  private static final String DATA = "data: ";
  private static final String TOOL_START = "TOOL_CALL_START";
  private static final String TOOL_END = "TOOL_CALL_END";
  private static final String REASONING_START = "REASONING_START";
  private static final int TOO_LARGE = 300 * 1024;

  private final ScriptedService service = ScriptedService.of(BadService::serve);

  /** The settings of the agent with this name. */
  public Map<String, String> settings(String agent) {
    return Map.of(
        "agents." + agent + ".type", "agui", "agents." + agent + ".url", service.uri().toString());
  }

  private static void serve(Dialogue to) throws Exception {
    to.readRequest();
    JsonNode request = Json.parse(to.body());
    to.beginStream();
    send(to, event("RUN_STARTED"));
    send(to, text("so far"));
    JsonNode messages = request.path("messages");
    misbehave(to, messages.path(messages.size() - 1).path("content").asText(), request);
  }

  private static void misbehave(Dialogue to, String what, JsonNode request) throws IOException {
    Tally.add(Counted.FAULTS, what.equals("behave") ? 0 : 1);
    switch (what) {
      case "break the connection" -> {
        to.reset();
        return;
      }
      case "stop without an end" -> {
        to.endStream();
        return;
      }
      case "never end" -> {
        to.awaitClose();
        return;
      }
      case "leave a tool open" -> {
        send(to, call(TOOL_START, "k1").put("toolCallName", "tool"));
        send(to, call(TOOL_END, "k1"));
      }
      case "end a tool that never began" -> send(to, result("k1", "x"));
      case "begin a tool twice" -> {
        send(to, call(TOOL_START, "k1").put("toolCallName", "tool"));
        send(to, call(TOOL_END, "k1"));
        send(to, call(TOOL_START, "k1").put("toolCallName", "other"));
        send(to, call(TOOL_END, "k1"));
      }
      case "think without a beginning" -> {
        send(to, event("REASONING_END"));
        send(to, event("REASONING_MESSAGE_CONTENT").put("messageId", "h").put("delta", "hm"));
        send(to, event(REASONING_START));
        send(to, event(REASONING_START));
      }
      case "junk" -> to.chunk(DATA + "{\"type\":\n\n");
      case "an error" -> send(to, event("RUN_ERROR").put("message", "x").put("code", "broken"));
      case "a state too large" ->
          send(to, event("STATE_SNAPSHOT").put("snapshot", "y".repeat(TOO_LARGE)));
      case "a result too large" -> {
        send(to, call(TOOL_START, "k1").put("toolCallName", "tool"));
        send(to, call(TOOL_END, "k1"));
        send(to, result("k1", "y".repeat(TOO_LARGE)));
      }
      case "talk without end" -> {
        for (int i = 0; i < 400; i++) {
          send(to, text("x".repeat(32 * 1024)));
        }
      }
      default -> {
        // The end is enough.
      }
    }
    ObjectNode end = event("RUN_FINISHED");
    end.set("result", request.path("context"));
    send(to, end);
    if (what.equals("end twice")) {
      send(to, end);
    } else if (what.equals("go on after the end")) {
      send(to, text("one more thing"));
    }
    to.endStream();
  }

  private static ObjectNode event(String type) {
    return Json.object().put("type", type);
  }

  private static ObjectNode text(String delta) {
    return event("TEXT_MESSAGE_CHUNK").put("messageId", "m").put("delta", delta);
  }

  private static ObjectNode call(String type, String id) {
    return event(type).put("toolCallId", id);
  }

  private static ObjectNode result(String id, String content) {
    return call("TOOL_CALL_RESULT", id).put("messageId", "r").put("content", content);
  }

  private static void send(Dialogue to, ObjectNode event) throws IOException {
    to.chunk(DATA + event + "\n\n");
  }

  @Override
  public void close() {
    service.close();
  }
}
