package dev.parley.gateway.log;

import java.util.List;

/**
 * Events of one thread in order, from the requested cursor on, and the thread's head at that
 * moment.
 */
public record EventPage(ThreadHead head, List<StoredEvent> events) {

  /** The bytes of its events. */
  public long bytes() {
    long bytes = 0;
    for (StoredEvent event : events) {
      bytes += event.bytes();
    }
    return bytes;
  }
}
