package dev.parley.gateway.agent.tool;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a server and the gateway have agreed on.
 *
 * @param id of the session; empty if the server has none
 * @param version of the protocol; empty before it is known
 */
record McpSession(String id, String version) {

  /** Before the first request. */
  static final McpSession NONE = new McpSession("", "");

  /** The headers of a request. */
  Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    if (!id.isEmpty()) {
      headers.put("mcp-session-id", id);
    }
    if (!version.isEmpty()) {
      headers.put("mcp-protocol-version", version);
    }
    return headers;
  }
}
