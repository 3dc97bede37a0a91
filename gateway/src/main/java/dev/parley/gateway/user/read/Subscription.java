package dev.parley.gateway.user.read;

import dev.parley.gateway.limit.ByteAllowance;
import dev.parley.gateway.user.home.Home;
import dev.parley.gateway.user.thread.Frame;
import dev.parley.gateway.user.thread.ThreadCursor;
import dev.parley.gateway.user.thread.ThreadState;
import dev.parley.gateway.user.thread.Watcher;
import java.time.Duration;
import java.util.List;

/**
 * One connection reads one thread: its cursor, and when it is to be served. Another subscribe of
 * the same thread makes a new object. Used at the user's home only.
 */
final class Subscription implements Watcher {

  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final int MAX_FAILURES = 6;

  /** The connection that reads. */
  interface Owner {

    /** There is something to read. */
    void wake(Subscription subscription);

    /** The connection has everything that it had missed, so long after it subscribed. */
    void resumed(long nanos);

    /** A frame was given, so long after its event was committed. */
    void delivered(long nanos);

    /** So many events became part of the frames of others. */
    void merged(long events);

    /** The connection is to be told of {@link Subscription#takeAcknowledged}. */
    void acknowledged();

    /** The thread was deleted: its new life is to be read from its beginning. */
    void restart(Subscription subscription);
  }

  private final Owner owner;
  private final Home home;
  private final Duration rollup;
  private final ThreadCursor cursor;
  private final long beganNanos;
  private final boolean missedEvents;
  private boolean caughtUp;

  /** What the connection knows to be acknowledged, and what it is to be told beyond that. */
  private long acknowledged;

  private long newlyAcknowledged;
  private long reported;
  private boolean merges;
  private boolean pauses;
  private int failures;
  private Home.Timer mergeTimer = () -> {};
  private Home.Timer pauseTimer = () -> {};

  /**
   * Begins after this seq.
   *
   * @param rollup how long deltas may wait to be merged with others
   */
  Subscription(Owner owner, Home home, ThreadState thread, long seq, Duration rollup) {
    this.owner = owner;
    this.home = home;
    this.rollup = rollup;
    this.reported = seq;
    this.cursor = thread.watch(this, seq);
    this.beganNanos = home.nanoTime();
    this.missedEvents = cursor.isBehind();
  }

  ThreadState thread() {
    return cursor.thread();
  }

  Duration rollup() {
    return rollup;
  }

  /** The seq up to which everything was given to the connection. */
  long seq() {
    return cursor.seq();
  }

  void advanceTo(long seq) {
    cursor.advanceTo(seq);
  }

  boolean isBehind() {
    return cursor.isBehind();
  }

  /** Whether there is something critical among what is unread. */
  boolean isCritical() {
    return cursor.hasCritical();
  }

  /** Whether what comes next must be read from the store. */
  boolean needsPage() {
    return isReady() && isBehind() && !cursor.hasRecent();
  }

  /** Whether the replay has just reached the live end; true once. */
  boolean reachesEnd() {
    if (caughtUp || isBehind()) {
      return false;
    }
    caughtUp = true;
    if (missedEvents) {
      owner.resumed(home.nanoTime() - beganNanos);
    }
    return true;
  }

  /** Whether there is anything to give the connection now. */
  boolean isReady() {
    return !merges && !pauses && (!caughtUp || isBehind());
  }

  /** Whether the cursor moved since the last heartbeat; asking counts as reporting. */
  boolean movedSinceHeartbeat() {
    boolean moved = seq() != reported;
    reported = seq();
    return moved;
  }

  /** The connection has acknowledged the thread itself. */
  void knowsAcknowledged(long seq) {
    acknowledged = Math.max(acknowledged, seq);
  }

  @Override
  public void acknowledged(long seq) {
    if (seq > Math.max(acknowledged, newlyAcknowledged)) {
      newlyAcknowledged = seq;
      owner.acknowledged();
    }
  }

  /** The seq that the connection is to be told of, once; 0 when there is none. */
  long takeAcknowledged() {
    long told = newlyAcknowledged > acknowledged ? newlyAcknowledged : 0;
    acknowledged = Math.max(acknowledged, told);
    newlyAcknowledged = 0;
    return told;
  }

  @Override
  public void wake() {
    owner.wake(this);
  }

  @Override
  public void restart() {
    owner.restart(this);
  }

  /** The connection reads the thread no longer, or from another place. */
  void close() {
    mergeTimer.cancel();
    pauseTimer.cancel();
    cursor.close();
  }

  // -- deltas that wait to be merged (protocol, "Merged deltas")

  /** Lets deltas wait for more of their kind; everything else ends the wait. */
  @Override
  public void grown(boolean wasBehind) {
    boolean mayWait = !rollup.isZero() && caughtUp && cursor.mayWaitToMerge();
    if (!mayWait) {
      mergeTimer.cancel();
      merges = false;
    } else if (!wasBehind) {
      merges = true;
      mergeTimer = home.schedule(rollup, this::waited);
    }
  }

  private void waited() {
    merges = false;
    owner.wake(this);
  }

  // -- pages

  /** A page could not be read: pauses, longer each time; false when that was the last attempt. */
  boolean pause() {
    if (failures == MAX_FAILURES) {
      return false;
    }
    pauses = true;
    Duration time = FIRST_PAUSE.multipliedBy(1L << failures++);
    pauseTimer = home.schedule(time, this::paused);
    return true;
  }

  private void paused() {
    pauses = false;
    owner.wake(this);
  }

  /** A page was read. */
  void pageRead() {
    failures = 0;
  }

  // -- recent events

  /** Adds the frames of recent events that fit, and moves the cursor past them. */
  void take(ByteAllowance allowance, List<Frame> frames) {
    if (!cursor.hasRecent()) {
      return;
    }
    // What was missed before, or waits by wish, says nothing about the gateway.
    boolean isMeasured = caughtUp && rollup.isZero();
    long nowNanos = isMeasured ? home.nanoTime() : 0;
    long taken = cursor.seq();
    long merged = 0;
    for (Frame frame : cursor.recentFrames(allowance.left())) {
      if (!allowance.take(frame.length())) {
        break;
      }
      frames.add(frame);
      merged += frame.seq() - taken - 1;
      taken = frame.seq();
      if (isMeasured) {
        owner.delivered(nowNanos - frame.committedNanos());
      }
    }
    if (merged > 0) {
      owner.merged(merged);
    }
    cursor.advanceTo(taken);
  }
}
