package dev.parley.gateway.config;

/**
 * The text of a value as it was written.
 *
 * @param origin completes "set …": {@code in gateway.yaml, line 3}
 */
record Value(String text, String origin) {}
