package dev.parley.gateway.log;

/** 128 bits of a SHA-256 over what makes two commands the same: type, thread and payload. */
public record Fingerprint(long high, long low) {}
