package dev.parley.gateway.log;

import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;

/** The name of a thread among all threads: its user, then its id. */
public record ThreadKey(UserId user, ThreadId thread) {}
