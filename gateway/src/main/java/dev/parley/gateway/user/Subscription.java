package dev.parley.gateway.user;

import java.time.Duration;
import java.util.List;

/**
 * A cursor of one connection over one thread: everything up to it was given to the connection. A
 * new subscribe of the thread is a new object. Used at the user's home only.
 */
final class Subscription {

  private static final Duration FIRST_REST = Duration.ofMillis(200);
  private static final int MOST_FAILURES = 6;

  private final Reader reader;
  private final ThreadState thread;
  private final Duration rollup;
  private long cursor;
  private boolean caughtUp;
  private long reported;
  private boolean awaitsRecent;
  private boolean gathers;
  private boolean rests;
  private int failures;
  private Home.Timer timer = () -> {};

  /**
   * Begins behind the cursor.
   *
   * @param rollup how long pieces may wait for others to be joined with
   */
  Subscription(Reader reader, ThreadState thread, long cursor, Duration rollup) {
    this.reader = reader;
    this.thread = thread;
    this.rollup = rollup;
    this.cursor = cursor;
    this.reported = cursor;
  }

  Reader reader() {
    return reader;
  }

  ThreadState thread() {
    return thread;
  }

  Duration rollup() {
    return rollup;
  }

  long cursor() {
    return cursor;
  }

  void advanceTo(long seq) {
    cursor = seq;
    thread.moved(this);
  }

  /** Whether its next event is among the recent ones, noted by the thread; true if that is new. */
  boolean awaitsRecent(boolean awaits) {
    boolean isNew = awaits != awaitsRecent;
    awaitsRecent = awaits;
    return isNew;
  }

  boolean isBehind() {
    return cursor < thread.head();
  }

  /** Whether there is something critical among what is unread. */
  boolean isCritical() {
    return thread.newestCritical() > cursor;
  }

  /** Whether what comes next must be read from the store. */
  boolean needsPage() {
    return isReady() && isBehind() && !thread.recent().has(cursor + 1);
  }

  /** Whether the replay has just reached the live end; true once. */
  boolean reachesEnd() {
    if (caughtUp || isBehind()) {
      return false;
    }
    caughtUp = true;
    return true;
  }

  /** Whether there is anything to say about this thread now. */
  boolean isReady() {
    return !gathers && !rests && (!caughtUp || isBehind());
  }

  /** Whether the cursor moved since the last heartbeat; asking counts as reporting. */
  boolean movedSinceHeartbeat() {
    boolean moved = cursor != reported;
    reported = cursor;
    return moved;
  }

  // -- pieces that gather (protocol, "Merged deltas")

  /** The thread has grown: pieces may begin to wait, and all else ends the wait. */
  void grown(boolean wasBehind) {
    boolean mayWait =
        !rollup.isZero()
            && caughtUp
            && thread.lastOfOther() <= cursor
            && thread.recent().bytesAfter(cursor) < Recent.MAX_GATHERED;
    if (!mayWait) {
      timer.cancel();
      gathers = false;
    } else if (!wasBehind) {
      gathers = true;
      timer = reader.context().home().schedule(rollup, this::waited);
    }
  }

  private void waited() {
    gathers = false;
    reader.wake(this);
  }

  /** The reader has left this thread, or begins anew. */
  void end() {
    timer.cancel();
  }

  // -- pages

  /** A page could not be read: rests for a time that grows, or answers false the last time. */
  boolean rest() {
    if (failures == MOST_FAILURES) {
      return false;
    }
    rests = true;
    Duration time = FIRST_REST.multipliedBy(1L << failures++);
    timer = reader.context().home().schedule(time, this::rested);
    return true;
  }

  private void rested() {
    rests = false;
    reader.wake(this);
  }

  /** A page was read. */
  void readWell() {
    failures = 0;
  }

  // -- what was just committed

  /** As many frames of what was just committed as fit; moves the cursor past them. */
  void take(Room room, List<Frame> frames) {
    if (!thread.recent().has(cursor + 1)) {
      return;
    }
    for (Frame frame : thread.recent().after(cursor, room.left(), thread.epoch())) {
      if (!room.take(frame.length())) {
        break;
      }
      frames.add(frame);
      cursor = frame.seq();
    }
    thread.moved(this);
    thread.forgetRecentIfRead();
  }
}
