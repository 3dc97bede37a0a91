package dev.parley.gateway.tests.support;

/** How a connection ended; 1006 means that it ended without a Close frame. */
public record Close(int code, String reason) {}
