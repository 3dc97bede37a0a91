package dev.parley.gateway.tests.support;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Reads one run and fails at the first event that breaks its grammar (protocol, "The life of a
 * run"). Independent of the gateway's own grammar, so that each checks the other.
 */
final class RunReader {
  private final Set<String> openTools = new LinkedHashSet<>();
  private final Set<String> closedTools = new LinkedHashSet<>();
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder message = new StringBuilder();
  private final StringBuilder thought = new StringBuilder();
  private String messageId = "";
  private boolean thinking;
  private boolean started;
  private boolean ended;

  void read(Received event) {
    require(!ended, event, "nothing after the end of its run");
    require(started != event.type().equals("agent_started"), event, "agent_started once, first");
    switch (event.type()) {
      case "agent_started" -> started = true;
      case "agent_thinking" -> thinking(event);
      case "agent_message" -> message(event);
      case "tool_executing" -> executing(event);
      case "tool_completed" -> completed(event);
      case "agent_completed", "agent_failed", "agent_cancelled" -> end(event);
      default -> {}
    }
  }

  boolean ended() {
    return ended;
  }

  private void thinking(Received event) {
    switch (event.text("phase")) {
      case "start" -> {
        require(!thinking, event, "no open thinking");
        thinking = true;
        thought.setLength(0);
      }
      case "delta" -> append(event, thought, event.text("text"));
      case "end" -> {
        require(thinking, event, "thinking that has started");
        thinking = false;
      }
      default -> {}
    }
  }

  private void message(Received event) {
    if (!event.text("message_id").equals(messageId)) {
      messageId = event.text("message_id");
      message.setLength(0);
    }
    append(event, message, event.text("delta"));
    text.append(event.text("delta"));
  }

  private static void append(Received event, StringBuilder to, String delta) {
    require(
        event.payload().path("offset").asInt(-1) == to.length(), event, "offset " + to.length());
    require(!delta.isEmpty(), event, "some text");
    require(!Character.isLowSurrogate(delta.charAt(0)), event, "whole characters");
    require(
        !Character.isHighSurrogate(delta.charAt(delta.length() - 1)), event, "whole characters");
    to.append(delta);
  }

  private void executing(Received event) {
    String tool = event.text("tool_call_id");
    require(!closedTools.contains(tool) && openTools.add(tool), event, "a new tool call id");
  }

  private void completed(Received event) {
    String tool = event.text("tool_call_id");
    require(openTools.remove(tool) && closedTools.add(tool), event, "the end of an open tool");
  }

  private void end(Received event) {
    require(openTools.isEmpty(), event, "no open tool, open: " + openTools);
    JsonNode whole =
        event.payload().path(event.type().equals("agent_completed") ? "text" : "partial_text");
    require(whole.isMissingNode() || whole.asText().contentEquals(text), event, "text: " + text);
    ended = true;
  }

  private static void require(boolean holds, Received event, String expected) {
    if (!holds) {
      throw new AssertionError("event: " + event + " (expected: " + expected + ")");
    }
  }
}
