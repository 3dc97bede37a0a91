package dev.parley.gateway.log;

import dev.parley.gateway.protocol.BroadcastId;

/**
 * A broadcast in an inbox.
 *
 * @param position that of the broadcast: a later one of the same id has another
 */
public record InboxEntry(BroadcastId broadcast, long position) {}
