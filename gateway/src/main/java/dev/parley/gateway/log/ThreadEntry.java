package dev.parley.gateway.log;

import dev.parley.gateway.protocol.ThreadId;

/** One thread in the list of a user's threads. */
public record ThreadEntry(ThreadId thread, ThreadHead head) {

  /** The thread's position in the list. */
  public ListPosition position() {
    return new ListPosition(head.activityMillis(), thread);
  }
}
