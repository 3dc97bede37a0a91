package dev.parley.gateway.log;

import dev.parley.gateway.protocol.EventType;
import org.jspecify.annotations.Nullable;

/**
 * A stored event: its place in the thread, its type, its encoded body. Adjacent deltas of an ended
 * run may be stored as one range, which stands for all seqs from {@code firstSeq} to {@code seq}.
 *
 * @param isTextDelta whether it is a piece of a growing text, which may be merged with others
 * @param hidden what is stored with the event beside its body; only {@link EventLog#readWithHidden}
 *     gives it, else it is null
 */
@SuppressWarnings("ArrayRecordComponent")
public record StoredEvent(
    long firstSeq,
    long seq,
    EventType type,
    boolean isTextDelta,
    byte[] body,
    byte @Nullable [] hidden) {

  /** A single event at this seq. */
  public static StoredEvent of(long seq, NewEvent event) {
    return new StoredEvent(
        seq, seq, event.type(), event.isTextDelta(), event.body(), event.hidden());
  }

  /** The bytes of its body and of what is hidden with it. */
  public int bytes() {
    return body.length + (hidden == null ? 0 : hidden.length);
  }

  /** The event as clients may see it. */
  public StoredEvent withoutHidden() {
    return hidden == null ? this : new StoredEvent(firstSeq, seq, type, isTextDelta, body, null);
  }
}
