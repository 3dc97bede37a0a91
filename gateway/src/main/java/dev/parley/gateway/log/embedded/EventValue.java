package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.protocol.Deltas;
import dev.parley.gateway.protocol.EventType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the store keeps under the seq of an event: the event, or a range of deltas that ends there.
 *
 * @param lengths the UTF-16 lengths of a range's parts but for the last one; empty for an event
 * @param growth of an event whose thread's head was not written with it
 */
@SuppressWarnings("ArrayRecordComponent")
record EventValue(EventType type, List<Integer> lengths, @Nullable HeadDelta headDelta, byte[] body) {

  /** A range. */
  EventValue(EventType type, List<Integer> lengths, byte[] body) {
    this(type, lengths, null, body);
  }

  /** The seq of the first event in it, when it is kept under this one. */
  long firstSeq(long seq) {
    return seq - lengths.size();
  }

  /** The head of the thread whose last event this is, kept under {@code seq}. */
  ThreadHead headAfter(ThreadHead before, long seq) {
    if (headDelta == null) {
      throw new LogException("event: " + seq + " is behind its head (expected: growth)");
    }
    return headDelta.of(before, seq);
  }

  /** The part of a range kept under {@code seq} that begins with the event {@code from}. */
  EventValue from(long from, long seq, Deltas deltas) {
    int parts = (int) (from - firstSeq(seq));
    int units = lengths.subList(0, parts).stream().mapToInt(Integer::intValue).sum();
    Deltas.Delta delta =
        deltas
            .read(type, body)
            .orElseThrow(() -> new LogException("range: " + type + " (expected: deltas)"));
    String rest = delta.piece().substring(units);
    return new EventValue(
        type,
        lengths.subList(parts, lengths.size()),
        deltas.with(type, body, delta.offset() + units, rest));
  }
}
