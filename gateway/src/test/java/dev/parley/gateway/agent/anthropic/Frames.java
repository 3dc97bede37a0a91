package dev.parley.gateway.agent.anthropic;

import dev.parley.gateway.agent.model.RawMembers;

/** Events of the Messages API, as the service writes them. */
final class Frames {

  static final String STOP = "{\"type\":\"message_stop\"}";
  static final String PING = "{\"type\": \"ping\"}";

  private Frames() {}

  static String start() {
    return "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\","
        + "\"role\":\"assistant\",\"model\":\"claude\",\"content\":[],\"stop_reason\":null,"
        + "\"usage\":{\"input_tokens\":25,\"output_tokens\":1,\"service_tier\":\"standard\"}}}";
  }

  static String block(int index, String json) {
    return "{\"type\":\"content_block_start\",\"index\":"
        + index
        + ",\"content_block\":"
        + json
        + '}';
  }

  static String text(int index) {
    return block(index, "{\"type\":\"text\",\"text\":\"\"}");
  }

  static String tool(int index, String id, String name) {
    return block(
        index,
        "{\"type\":\"tool_use\",\"id\":\"" + id + "\",\"name\":\"" + name + "\",\"input\":{}}");
  }

  /** A delta of one text member. */
  static String delta(int index, String type, String name, String text) {
    return "{\"type\":\"content_block_delta\",\"index\":"
        + index
        + ",\"delta\":{\"type\":\""
        + type
        + "\",\""
        + name
        + "\":"
        + RawMembers.quoted(text)
        + "}}";
  }

  static String textDelta(int index, String text) {
    return delta(index, "text_delta", "text", text);
  }

  static String inputDelta(int index, String json) {
    return delta(index, "input_json_delta", "partial_json", json);
  }

  static String stop(int index) {
    return "{\"type\":\"content_block_stop\",\"index\":" + index + "}";
  }

  static String end(String reason) {
    return "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\""
        + reason
        + "\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":15}}";
  }

  static String error(String type, String message) {
    return "{\"type\":\"error\",\"error\":{\"type\":\""
        + type
        + "\",\"message\":\""
        + message
        + "\"},\"request_id\":\"req_1\"}";
  }
}
