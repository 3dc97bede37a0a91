package dev.parley.gateway.agent.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.agent.upstream.HttpAnswer;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Texts;
import dev.parley.gateway.protocol.ToolStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server answered to a request (MCP 2025-06-18, "Base protocol" and "Tools").
 *
 * @param message the JSON-RPC response; missing if there was none
 */
record McpReply(HttpAnswer answer, JsonNode message) {

  private static final int NOT_FOUND = 404;
  private static final int BAD_REQUEST = 400;
  private static final int UNKNOWN_METHOD = -32601;
  private static final int BAD_PARAMETERS = -32602;
  private static final String NO_RESULT = "The tool gave no result.";

  /** Whether the server does not know the session, and so has not run the request. */
  boolean isSessionLost() {
    return answer.status() == NOT_FOUND;
  }

  /** Whether the session may be of no use any more. */
  boolean isSessionDoubtful() {
    return answer.status() == BAD_REQUEST || isSessionLost();
  }

  /** Whether the server may have other tools than it has listed. */
  boolean isToolUnknown() {
    int code = message.path("error").path("code").asInt();
    return code == UNKNOWN_METHOD
        || code == BAD_PARAMETERS
        || (isToolError() && text().contains(String.valueOf(BAD_PARAMETERS)));
  }

  private boolean isToolError() {
    return message.path("result").path("isError").asBoolean();
  }

  /**
   * The result of a request that is no call of a tool.
   *
   * @throws UpstreamException if there is none
   */
  JsonNode result() throws UpstreamException {
    String problem = problem();
    if (problem != null) {
      throw UpstreamException.permanent(ErrorCode.UPSTREAM_PROTOCOL, problem);
    }
    return message.path("result");
  }

  private @Nullable String problem() {
    if (!answer.isSuccess()) {
      return ToolErrors.status(answer);
    }
    JsonNode error = message.path("error");
    if (error.isObject()) {
      return "The tool failed ("
          + error.path("code").asInt()
          + "): "
          + answer.shown(error.path("message").asText());
    }
    return message.path("result").isObject() ? null : NO_RESULT;
  }

  /** The end of a call of a tool. */
  AgentEvent.ToolEnded end(String call) {
    String problem = problem();
    if (problem != null) {
      return AgentEvent.ToolEnded.error(call, problem);
    }
    String text = Texts.whole(text());
    JsonNode structured = message.path("result").path("structuredContent");
    if (isToolError()) {
      String shown = answer.shown(text);
      return new AgentEvent.ToolEnded(
          call, ToolStatus.ERROR, null, shown.isEmpty() ? "The tool failed." : shown);
    }
    JsonNode result = structured.isObject() ? structured : ServiceJson.NODES.textNode(text);
    return AgentEvent.ToolEnded.ok(call, RawJson.of(result.toString()));
  }

  /** The texts of the content. What is no text is named. */
  private String text() {
    List<String> texts = new ArrayList<>();
    for (JsonNode part : message.path("result").path("content")) {
      String type = part.path("type").asText();
      JsonNode text =
          switch (type) {
            case "text" -> part.path("text");
            case "resource" -> part.path("resource").path("text");
            case "resource_link" -> part.path("uri");
            default -> MissingNode.getInstance();
          };
      texts.add(text.isTextual() ? text.asText() : "[" + Texts.cut(type) + "]");
    }
    return String.join("\n", texts);
  }
}
