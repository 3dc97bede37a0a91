package dev.parley.gateway.agent;

import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import org.jspecify.annotations.Nullable;

/**
 * What an agent is asked.
 *
 * @param input a JSON string, object or list of parts: what the person or the front end said
 * @param context the {@code context} of {@code start_agent}
 * @param traceparent the W3C trace context of the command
 */
public record AgentRequest(
    UserId user,
    ThreadId thread,
    RunId run,
    RawJson input,
    @Nullable RawJson context,
    @Nullable String traceparent,
    Cancellation cancellation) {}
