package dev.parley.gateway.codec;

import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.ServerEvent.MessageKind;
import java.util.Optional;

/**
 * A message that waited for its run, as it stands in the log: what its agent is to be given.
 *
 * @param body the {@code input} of a start, else the {@code content}; byte for byte what was sent
 */
public record WaitingMessage(RawJson body, ServerEvent.Waiting waiting) {

  /** The message in the stored body of a {@code message_added}; empty if that did not wait. */
  public static Optional<WaitingMessage> read(byte[] body) {
    byte[] object = StoredBody.object(body);
    Fields payload = Fields.read(object, 0, object.length, "").object("payload");
    if (!payload.has("queued")) {
      return Optional.empty();
    }
    boolean start = payload.required("kind", MessageKind.START_AGENT.wire()::equals);
    return Optional.of(
        new WaitingMessage(
            start ? payload.stringOrObject("input") : payload.content("content"),
            new ServerEvent.Waiting(
                payload.optionalObject("context"), payload.optional("traceparent", text -> text))));
  }
}
