package dev.parley.gateway.log;

/** 128 bits of a SHA-256 hash over what identifies a command: type, thread and payload. */
public record Fingerprint(long high, long low) {}
