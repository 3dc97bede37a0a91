package dev.parley.gateway.log;

import dev.parley.gateway.protocol.CommandId;

/**
 * The client command that a commit carries out. The log stores it in the same write as the events.
 */
public record CommandStamp(CommandId id, Fingerprint fingerprint) {}
