package dev.parley.gateway.log;

import dev.parley.gateway.protocol.EventType;

/**
 * A stored event: its place in the thread, its type, its encoded body. Adjacent deltas of an ended
 * run may be stored as one range, which stands for all seqs from {@code firstSeq} to {@code seq}.
 */
@SuppressWarnings("ArrayRecordComponent")
public record StoredEvent(long firstSeq, long seq, EventType type, byte[] body) {

  /** A single event. */
  public StoredEvent(long seq, EventType type, byte[] body) {
    this(seq, seq, type, body);
  }
}
