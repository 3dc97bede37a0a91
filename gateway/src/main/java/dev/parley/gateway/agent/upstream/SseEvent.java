package dev.parley.gateway.agent.upstream;

import org.jspecify.annotations.Nullable;

/**
 * One event of a stream (HTML Standard, "Server-sent events").
 *
 * @param type the {@code event} field; {@code message} if there is none
 * @param data the {@code data} lines, joined by line feeds
 * @param id the last {@code id} of the stream so far
 */
public record SseEvent(String type, String data, @Nullable String id) {}
