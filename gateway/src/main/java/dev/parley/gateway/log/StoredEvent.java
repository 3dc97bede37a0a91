package dev.parley.gateway.log;

import dev.parley.gateway.protocol.EventType;

/** An event as the log keeps it: its place in the thread, its type, its encoded body. */
@SuppressWarnings("ArrayRecordComponent")
public record StoredEvent(long seq, EventType type, byte[] body) {}
