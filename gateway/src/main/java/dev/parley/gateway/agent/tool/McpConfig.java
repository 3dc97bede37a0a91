package dev.parley.gateway.agent.tool;

import dev.parley.gateway.agent.upstream.UpstreamConfig;
import java.net.URI;
import java.time.Duration;

/**
 * An MCP server, {@code tools.<name>.…} of type {@code mcp}.
 *
 * @param name that is before the names of its tools
 * @param timeout until the whole answer of one request has come
 * @param maxResponse maximum bytes of the answer to a call
 * @param connection how the server is asked
 */
public record McpConfig(
    String name, URI url, Duration timeout, int maxResponse, UpstreamConfig connection) {

  /** The same server, with at most this time for each request. */
  McpConfig within(Duration most) {
    return timeout.compareTo(most) <= 0
        ? this
        : new McpConfig(name, url, most, maxResponse, connection);
  }
}
