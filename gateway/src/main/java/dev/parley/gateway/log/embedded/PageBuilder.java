package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.EventPage;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.protocol.Deltas;
import java.util.ArrayList;
import java.util.List;

/** Gathers what lies behind a cursor, as much as fits; a hole is damage. Not to be shared. */
final class PageBuilder {

  private final Deltas deltas;
  private final ThreadHead head;
  private final List<StoredEvent> events = new ArrayList<>();
  private long next;
  private long room;
  private boolean full;

  /** A page of this thread that begins behind {@code after}. */
  PageBuilder(ThreadHead head, long after, int maxBytes, Deltas deltas) {
    this.deltas = deltas;
    this.head = head;
    this.next = Math.max(after + 1, head.oldest());
    this.room = maxBytes;
  }

  /** The seq that the page begins with. */
  long first() {
    return next;
  }

  /** Takes the next value, whatever part of it lies behind the cursor; false when it is full. */
  boolean add(long seq, byte[] value) {
    EventValue event = Values.event(value);
    if (event.firstSeq(seq) > next) {
      throw missing(next);
    }
    if (event.firstSeq(seq) < next) {
      event = event.from(next, seq, deltas);
    }
    room -= event.body().length;
    full = room < 0 && !events.isEmpty();
    if (!full) {
      events.add(new StoredEvent(event.firstSeq(seq), seq, event.type(), event.body()));
      next = seq + 1;
    }
    return !full;
  }

  EventPage build() {
    if (!full && next <= head.head()) {
      throw missing(next);
    }
    return new EventPage(head, events);
  }

  private static LogException missing(long seq) {
    return new LogException("event: " + seq + " is missing (expected: every seq up to the head)");
  }
}
