package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.DamagedRecordException;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.protocol.Deltas;
import dev.parley.gateway.protocol.EventType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The value of an event's key: the event, or a range of deltas that ends at this seq.
 *
 * @param isTextDelta whether it is a piece of a growing text; true for every range
 * @param lengths the UTF-16 lengths of a range's parts, except the last; empty for a single event
 * @param headDelta the change of the thread's head; absent when the head was written with the event
 * @param body the encoded event or range
 * @param hidden what is stored with the event beside its body; never with a text delta
 */
@SuppressWarnings("ArrayRecordComponent")
record EventValue(
    EventType type,
    boolean isTextDelta,
    List<Integer> lengths,
    @Nullable HeadDelta headDelta,
    byte[] body,
    byte @Nullable [] hidden) {

  /** A range. */
  EventValue(EventType type, List<Integer> lengths, byte[] body) {
    this(type, true, lengths, null, body, null);
  }

  /** The seq of its first event, when it is stored at {@code seq}. */
  long firstSeq(long seq) {
    return seq - lengths.size();
  }

  /** The event or range that is stored at {@code seq}. */
  StoredEvent stored(long seq) {
    return new StoredEvent(firstSeq(seq), seq, type, isTextDelta, body, hidden);
  }

  /** The thread's head after this event, which is the thread's last one, at {@code seq}. */
  ThreadHead headAfter(ThreadHead before, long seq) {
    if (headDelta == null) {
      throw new DamagedRecordException(
          "event: " + seq + " has no head delta (expected: one after the stored head)");
    }
    return headDelta.of(before, seq);
  }

  /** The part of a range stored at {@code seq} from the event {@code from} on. */
  EventValue from(long from, long seq, Deltas deltas) {
    int parts = (int) (from - firstSeq(seq));
    int units = lengths.subList(0, parts).stream().mapToInt(Integer::intValue).sum();
    Deltas.Delta delta =
        deltas
            .read(type, body)
            .orElseThrow(
                () -> new DamagedRecordException("range: " + type + " (expected: deltas)"));
    String rest = delta.piece().substring(units);
    return new EventValue(
        type,
        lengths.subList(parts, lengths.size()),
        deltas.with(type, body, delta.offset() + units, rest));
  }
}
