package dev.parley.gateway.user.inbox;

import dev.parley.gateway.log.Audience;
import dev.parley.gateway.protocol.BroadcastId;
import dev.parley.gateway.protocol.Notice;
import org.jspecify.annotations.Nullable;

/**
 * A broadcast as its sender asks for it.
 *
 * @param id absent: the gateway makes one
 * @param audience who is online is found out when it is sent
 * @param ttlSeconds how long it waits for absent users; absent: {@link Broadcasts#DEFAULT_TTL}
 */
public record BroadcastRequest(
    String tenant,
    @Nullable BroadcastId id,
    Audience audience,
    Notice notice,
    @Nullable Long ttlSeconds) {}
