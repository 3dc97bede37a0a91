package dev.parley.gateway.log;

import dev.parley.gateway.protocol.CommandId;

/** The command that a commit carries out; the log remembers it in the same write as its events. */
public record CommandStamp(CommandId id, Fingerprint fingerprint) {}
