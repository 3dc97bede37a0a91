package dev.parley.gateway.user;

import java.util.ArrayList;
import java.util.List;

/**
 * A cursor of one connection over one thread: everything up to it was given to the connection. A
 * new subscribe of the thread is a new object. Used at the user's home only.
 */
final class Subscription {

  private final Reader reader;
  private final ThreadState thread;
  private long cursor;
  private boolean caughtUp;
  private long reported;

  Subscription(Reader reader, ThreadState thread, long cursor) {
    this.reader = reader;
    this.thread = thread;
    this.cursor = cursor;
    this.reported = cursor;
  }

  Reader reader() {
    return reader;
  }

  ThreadState thread() {
    return thread;
  }

  long cursor() {
    return cursor;
  }

  void advanceTo(long seq) {
    cursor = seq;
  }

  boolean isBehind() {
    return cursor < thread.head();
  }

  /** Whether what comes next must be read from the store. */
  boolean needsPage() {
    return isBehind() && thread.justCommittedAfter(cursor).isEmpty();
  }

  /** Whether the replay has just reached the live end; true once. */
  boolean reachesEnd() {
    if (caughtUp || isBehind()) {
      return false;
    }
    caughtUp = true;
    return true;
  }

  /** Whether there is anything to say about this thread. */
  boolean isReady() {
    return !caughtUp || isBehind();
  }

  /** Whether the cursor moved since the last heartbeat; asking counts as reporting. */
  boolean movedSinceHeartbeat() {
    boolean moved = cursor != reported;
    reported = cursor;
    return moved;
  }

  /** As many frames of the batch just committed as fit; moves the cursor past them. */
  List<Frame> takeJustCommitted(Room room) {
    List<Frame> taken = new ArrayList<>();
    for (Frame frame : thread.justCommittedAfter(cursor)) {
      if (!room.take(frame.length())) {
        break;
      }
      taken.add(frame);
      cursor++;
    }
    thread.forgetBatchIfRead();
    return taken;
  }

  /** What one answer may still carry, in bytes; its first frame always fits. */
  static final class Room {
    private long left;
    private boolean empty = true;

    Room(long bytes) {
      this.left = bytes;
    }

    boolean take(int bytes) {
      if (!empty && bytes > left) {
        return false;
      }
      empty = false;
      left -= bytes;
      return true;
    }

    int left() {
      return (int) Math.max(1, left);
    }
  }
}
