package dev.parley.gateway.log;

import dev.parley.gateway.protocol.BroadcastId;

/** The name of a broadcast among all: its tenant, then its id. */
public record BroadcastKey(String tenant, BroadcastId id) {}
