package dev.parley.gateway.log;

import dev.parley.gateway.protocol.ThreadId;

/** One thread in the list of a user's threads. */
public record ThreadEntry(ThreadId thread, ThreadHead head) {}
