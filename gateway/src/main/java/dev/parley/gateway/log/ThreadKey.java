package dev.parley.gateway.log;

import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;

/** A thread among all threads: its user, then its name. */
public record ThreadKey(UserId user, ThreadId thread) {}
