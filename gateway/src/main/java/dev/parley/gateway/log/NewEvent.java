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
 * @param hidden what is stored with the event and only {@link EventLog#readWithHidden} gives; never
 *     with a text delta
 */
@SuppressWarnings("ArrayRecordComponent")
public record NewEvent(
    EventType type,
    boolean isTextDelta,
    byte[] body,
    @Nullable Title title,
    byte @Nullable [] hidden) {

  /** Checks that a text delta, which compaction may merge, hides nothing. */
  public NewEvent {
    if (isTextDelta && hidden != null) {
      throw new IllegalArgumentException("hidden: with a text delta (expected: another event)");
    }
  }

  /** An event that does not change the title. */
  public NewEvent(EventType type, boolean isTextDelta, byte[] body) {
    this(type, isTextDelta, body, null);
  }

  /** An event that hides nothing. */
  public NewEvent(EventType type, boolean isTextDelta, byte[] body, @Nullable Title title) {
    this(type, isTextDelta, body, title, null);
  }

  /** The event with this encoded body. */
  public static NewEvent of(ServerEvent event, byte[] body) {
    return of(event, body, null);
  }

  /** The event with this encoded body, and what is hidden with it. */
  public static NewEvent of(ServerEvent event, byte[] body, byte @Nullable [] hidden) {
    Title title = event instanceof ServerEvent.ThreadTitled titled ? titled.title() : null;
    return new NewEvent(event.type(), event.isTextDelta(), body, title, hidden);
  }

  /** The bytes that are stored of it. */
  public int bytes() {
    return body.length + (hidden == null ? 0 : hidden.length);
  }

  /** The event as clients may see it. */
  public NewEvent withoutHidden() {
    return hidden == null ? this : new NewEvent(type, isTextDelta, body, title);
  }
}
