package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.DamagedRecordException;
import dev.parley.gateway.log.EventPage;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.protocol.Deltas;
import java.util.ArrayList;
import java.util.List;

/** Collects the events after a cursor, as many as fit. A missing seq is damage. For one thread. */
final class PageBuilder {

  private final Deltas deltas;
  private final ThreadHead head;
  private final boolean withHidden;
  private final List<StoredEvent> events = new ArrayList<>();
  private long next;
  private long bytesLeft;
  private boolean full;

  /** A page of this thread from the event after {@code after} on. */
  PageBuilder(ThreadHead head, long after, int maxBytes, boolean withHidden, Deltas deltas) {
    this.deltas = deltas;
    this.head = head;
    this.withHidden = withHidden;
    this.next = Math.max(after + 1, head.oldest());
    this.bytesLeft = maxBytes;
  }

  /** The seq of the first event of the page. */
  long first() {
    return next;
  }

  /**
   * Adds the next value, or the part of it after the cursor. Returns false when the page is full.
   */
  boolean add(long seq, byte[] value) {
    EventValue event = Values.event(value, deltas);
    if (event.firstSeq(seq) > next) {
      throw missing(next);
    }
    if (event.firstSeq(seq) < next) {
      event = event.from(next, seq, deltas);
    }
    StoredEvent stored = withHidden ? event.stored(seq) : event.stored(seq).withoutHidden();
    bytesLeft -= stored.bytes();
    full = bytesLeft < 0 && !events.isEmpty();
    if (!full) {
      events.add(stored);
      next = seq + 1;
      full = bytesLeft <= 0; // the next record is not read in vain, and may be damaged
    }
    return !full;
  }

  EventPage build() {
    if (!full && next <= head.head()) {
      throw missing(next);
    }
    return new EventPage(head, events);
  }

  private static DamagedRecordException missing(long seq) {
    return new DamagedRecordException(
        "event: " + seq + " is missing (expected: every seq up to the head)");
  }
}
