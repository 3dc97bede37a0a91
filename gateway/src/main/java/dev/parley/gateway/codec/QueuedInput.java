package dev.parley.gateway.codec;

import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.ServerEvent;
import java.util.Optional;

/**
 * A queued message as it is in the log: what its agent gets.
 *
 * @param body the {@code input} of a start, else the {@code content}; byte for byte what was sent
 */
public record QueuedInput(RawJson body, ServerEvent.QueuedContext queued) {

  /** Reads the stored body of a {@code message_added}; empty if that message was not queued. */
  public static Optional<QueuedInput> read(byte[] body) {
    return EventCodec.read(EventType.MESSAGE_ADDED, body).event()
                instanceof ServerEvent.MessageAdded message
            && message.queued() != null
        ? Optional.of(new QueuedInput(message.body(), message.queued()))
        : Optional.empty();
  }
}
