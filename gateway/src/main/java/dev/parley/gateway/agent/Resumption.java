package dev.parley.gateway.agent;

import dev.parley.gateway.protocol.RawJson;
import org.jspecify.annotations.Nullable;

/**
 * A run that the last process of the gateway left open. What it had emitted is in the log.
 *
 * @param checkpoint the newest that the agent gave; absent before the first
 */
public record Resumption(@Nullable RawJson checkpoint) {}
