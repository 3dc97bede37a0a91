package dev.parley.gateway.agent.tool;

import dev.parley.gateway.agent.upstream.UpstreamConfig;
import java.time.Duration;

/**
 * One tool, {@code tools.<name>.…}.
 *
 * @param name that people and models see
 * @param method of the call
 * @param schema of the arguments
 * @param timeout until the whole answer has come
 * @param maxResponse maximum bytes of an answer
 * @param connection how the service is asked
 */
public record ToolConfig(
    String name,
    UrlTemplate url,
    String method,
    ArgumentSchema schema,
    String description,
    Duration timeout,
    int maxResponse,
    UpstreamConfig connection) {}
