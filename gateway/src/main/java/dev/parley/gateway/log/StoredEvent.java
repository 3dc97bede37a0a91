package dev.parley.gateway.log;

import dev.parley.gateway.protocol.EventType;

/**
 * A stored event: its place in the thread, its type, its encoded body. Adjacent deltas of an ended
 * run may be stored as one range, which stands for all seqs from {@code firstSeq} to {@code seq}.
 *
 * @param isTextDelta whether it is a piece of a growing text, which may be merged with others
 */
@SuppressWarnings("ArrayRecordComponent")
public record StoredEvent(
    long firstSeq, long seq, EventType type, boolean isTextDelta, byte[] body) {

  /** A single event at this seq. */
  public static StoredEvent of(long seq, NewEvent event) {
    return new StoredEvent(seq, seq, event.type(), event.isTextDelta(), event.body());
  }
}
