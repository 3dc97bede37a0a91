package dev.parley.gateway.agent.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.ToolStatus;
import org.jspecify.annotations.Nullable;

/** How a tool call ended, as a text for the model that called it. */
public final class ToolEndText {

  private ToolEndText() {}

  /** The text of a result is given without quotes; an end without a result is told in words. */
  public static String of(ToolStatus status, @Nullable RawJson result, @Nullable String error) {
    String text = result == null ? "" : plain(result);
    return switch (status) {
      case OK -> text;
      case ERROR -> "Error: " + (error == null ? text : error);
      case DENIED -> "The call was denied.";
      case ABORTED -> "The call was cancelled before it ended.";
      case UNKNOWN -> "It is not known how the call ended.";
    };
  }

  private static String plain(RawJson result) {
    String json = result.toString();
    return ServiceJson.read(json).filter(JsonNode::isTextual).map(JsonNode::textValue).orElse(json);
  }
}
