package dev.parley.gateway.agent.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.protocol.RawJson;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Shows the tools that the service runs itself: {@code server_tool_use} and {@code mcp_tool_use}
 * with the result block that follows, perhaps in a later step. Used by one thread.
 */
final class ServerTools {

  private final Set<String> open = new HashSet<>();

  static boolean isCall(ContentBlock block) {
    return block.isCall() && !block.type().equals("tool_use");
  }

  static boolean isResult(ContentBlock block) {
    return block.type().endsWith("_tool_result");
  }

  void started(ContentBlock block, Consumer<AgentEvent> out) {
    String call = block.text("id").orElse("");
    if (!call.isEmpty() && open.add(call)) {
      String name = block.text("name").orElse(block.type());
      String tool = block.text("server_name").map(server -> server + '.' + name).orElse(name);
      out.accept(new AgentEvent.ToolStarted(call, tool, RawJson.of(block.arguments())));
    }
  }

  void ended(ContentBlock block, Consumer<AgentEvent> out) {
    String call = block.text("tool_use_id").orElse("");
    if (open.remove(call)) {
      JsonNode content = EncryptedMembers.removed(block.raw("content"));
      out.accept(
          error(block, content)
              .map(error -> AgentEvent.ToolEnded.error(call, error))
              .orElseGet(() -> AgentEvent.ToolEnded.ok(call, RawJson.of(content.toString()))));
    }
  }

  private static Optional<String> error(ContentBlock block, JsonNode content) {
    if (content.path("type").asText().endsWith("_error")) {
      return Optional.of(content.path("error_code").asText("error"));
    }
    return "true".equals(block.raw("is_error"))
        ? Optional.of(content.isTextual() ? content.textValue() : content.toString())
        : Optional.empty();
  }
}
