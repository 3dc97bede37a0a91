package dev.parley.gateway.log;

import dev.parley.gateway.protocol.ThreadId;

/** A thread in the listing of its user's threads. */
public record ThreadEntry(ThreadId thread, ThreadHead head) {}
