package dev.parley.gateway.tests.support;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The events of AG-UI that say what an event of the gateway says. */
final class AguiEvents {
  private static final String THOUGHT = "thought";

  private AguiEvents() {}

  static List<ObjectNode> of(Received event) {
    return switch (event.type()) {
      case "agent_started" -> List.of(run(event, "RUN_STARTED"));
      case "agent_thinking" -> thinking(event);
      case "agent_message" -> List.of(message(event));
      case "tool_executing" ->
          List.of(
              tool(event, "TOOL_CALL_START").put("toolCallName", event.text("tool_name")),
              tool(event, "TOOL_CALL_ARGS")
                  .put("delta", event.payload().path("arguments").toString()),
              tool(event, "TOOL_CALL_END"));
      case "tool_completed" -> List.of(result(event));
      case "agent_completed" -> List.of(completed(event));
      case "agent_failed" -> List.of(typed("RUN_ERROR").put("message", event.text("message")));
      default -> List.of();
    };
  }

  private static List<ObjectNode> thinking(Received event) {
    return switch (event.text("phase")) {
      case "start" ->
          List.of(
              thought("REASONING_START"),
              thought("REASONING_MESSAGE_START").put("role", "reasoning"));
      case "delta" ->
          List.of(thought("REASONING_MESSAGE_CONTENT").put("delta", event.text("text")));
      case "end" -> List.of(thought("REASONING_MESSAGE_END"), thought("REASONING_END"));
      default ->
          List.of(
              typed("STEP_STARTED").put("stepName", event.text("step")),
              typed("STEP_FINISHED").put("stepName", event.text("step")));
    };
  }

  private static ObjectNode message(Received event) {
    ObjectNode text = typed("TEXT_MESSAGE_CHUNK").put("messageId", event.text("message_id"));
    return text.put("role", "assistant").put("delta", event.text("delta"));
  }

  private static ObjectNode result(Received event) {
    ObjectNode result =
        tool(event, "TOOL_CALL_RESULT").put("messageId", event.text("tool_call_id"));
    if (event.payload().has("error")) {
      return result.put("content", "").put("error", event.text("error"));
    }
    return result.put("content", event.payload().path("result").toString());
  }

  private static ObjectNode completed(Received event) {
    ObjectNode end = run(event, "RUN_FINISHED");
    return event.payload().has("result") ? end.set("result", event.payload().get("result")) : end;
  }

  private static ObjectNode run(Received event, String type) {
    return typed(type).put("threadId", "t").put("runId", event.runId());
  }

  private static ObjectNode thought(String type) {
    return typed(type).put("messageId", THOUGHT);
  }

  private static ObjectNode tool(Received event, String type) {
    return typed(type).put("toolCallId", event.text("tool_call_id"));
  }

  private static ObjectNode typed(String type) {
    return Json.object().put("type", type);
  }
}
