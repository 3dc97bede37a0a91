package dev.parley.gateway.log;

import dev.parley.gateway.protocol.EventType;

/**
 * An event without a seq. {@code body} is the part of the encoded event after its seq. The log does
 * not read it, and it must not be changed.
 */
@SuppressWarnings("ArrayRecordComponent")
public record NewEvent(EventType type, byte[] body) {}
