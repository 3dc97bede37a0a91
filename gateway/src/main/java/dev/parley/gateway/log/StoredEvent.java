package dev.parley.gateway.log;

import dev.parley.gateway.protocol.EventType;

/**
 * An event as the log keeps it: its place in the thread, its type, its encoded body. Adjacent
 * deltas of an ended run may be kept as one: then it stands for all from {@code firstSeq} on.
 */
@SuppressWarnings("ArrayRecordComponent")
public record StoredEvent(long firstSeq, long seq, EventType type, byte[] body) {

  /** An event that stands for itself alone. */
  public StoredEvent(long seq, EventType type, byte[] body) {
    this(seq, seq, type, body);
  }
}
