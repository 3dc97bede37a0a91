package dev.parley.gateway.log;

import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.Title;
import org.jspecify.annotations.Nullable;

/**
 * An event without a seq. {@code body} is the part of the encoded event after its seq. The log does
 * not read it, and it must not be changed.
 *
 * @param title the new title of the thread; absent when the event does not change it
 */
@SuppressWarnings("ArrayRecordComponent")
public record NewEvent(EventType type, byte[] body, @Nullable Title title) {

  /** An event that does not change the title. */
  public NewEvent(EventType type, byte[] body) {
    this(type, body, null);
  }

  /** The event with this encoded body. */
  public static NewEvent of(ServerEvent event, byte[] body) {
    Title title = event instanceof ServerEvent.ThreadTitled titled ? titled.title() : null;
    return new NewEvent(event.type(), body, title);
  }
}
