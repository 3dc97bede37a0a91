package dev.parley.gateway.user.thread;

import java.util.List;

/**
 * A place in a thread: its watcher was given everything up to it. It keeps the thread in memory
 * until it is closed. Used at the user's home only.
 */
public final class ThreadCursor {

  private final ThreadLease lease;
  private final Watcher watcher;
  private long seq;
  private boolean needsRecent;

  ThreadCursor(ThreadLease lease, Watcher watcher, long seq) {
    this.lease = lease;
    this.watcher = watcher;
    this.seq = seq;
  }

  public ThreadState thread() {
    return lease.thread();
  }

  Watcher watcher() {
    return watcher;
  }

  public long seq() {
    return seq;
  }

  public void advanceTo(long next) {
    seq = next;
    thread().advanced(this);
  }

  /** Whether the thread has events after it. */
  public boolean isBehind() {
    return seq < thread().head();
  }

  /** Whether there is a critical event after it. */
  public boolean hasCritical() {
    return thread().newestCritical() > seq;
  }

  /**
   * Whether there are only deltas of one kind of text after it, and few enough to wait for more.
   */
  public boolean mayWaitToMerge() {
    return thread().lastOfOther() <= seq
        && thread().recent().bytesAfter(seq) < RecentEvents.MAX_UNMERGED;
  }

  /** Whether the next event is among the recent ones, so that no page of the store is needed. */
  public boolean hasRecent() {
    return thread().recent().has(seq + 1);
  }

  /**
   * The frames of the recent events after it; {@link #hasRecent} must be true.
   *
   * @param bytes about how many are wanted, at least one event
   */
  public List<Frame> recentFrames(long bytes) {
    return thread().recent().after(seq, bytes, thread().epoch());
  }

  /** Notes whether the recent events are kept for it; true if that is new. */
  boolean needsRecent(boolean needs) {
    boolean isNew = needs != needsRecent;
    needsRecent = needs;
    return isNew;
  }

  /** Nothing is read from here any more. The thread may be dropped with it. */
  public void close() {
    thread().remove(this);
    lease.close();
  }
}
