package dev.parley.gateway.log;

import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.Title;
import org.jspecify.annotations.Nullable;

/**
 * An event without a seq.
 *
 * @param isTextDelta whether it is a piece of a growing text, which may be merged with others
 * @param body the part of the encoded event after its seq; the log does not read it, and it must
 *     not be changed
 * @param title the new title of the thread; absent when the event does not change it
 */
@SuppressWarnings("ArrayRecordComponent")
public record NewEvent(EventType type, boolean isTextDelta, byte[] body, @Nullable Title title) {

  /** An event that does not change the title. */
  public NewEvent(EventType type, boolean isTextDelta, byte[] body) {
    this(type, isTextDelta, body, null);
  }

  /** The event with this encoded body. */
  public static NewEvent of(ServerEvent event, byte[] body) {
    Title title = event instanceof ServerEvent.ThreadTitled titled ? titled.title() : null;
    return new NewEvent(event.type(), event.isTextDelta(), body, title);
  }
}
