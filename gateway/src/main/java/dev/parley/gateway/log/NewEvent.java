package dev.parley.gateway.log;

import dev.parley.gateway.protocol.EventType;

/**
 * An event that has no seq yet. {@code body} is the encoded event behind its seq (opaque to the
 * log) and must not be changed any more.
 */
@SuppressWarnings("ArrayRecordComponent")
public record NewEvent(EventType type, byte[] body) {}
