package dev.parley.gateway.log;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The maximum number of bytes of commits that are queued for the committer. A commit that ends a
 * run is always accepted, and so is any commit while the queue is empty. May be called from any
 * thread.
 */
public final class QueueBound {

  /** 64 MiB. */
  public static final long DEFAULT_BYTES = 64L << 20;

  private static final long COMMIT_OVERHEAD = 512;
  private static final long EVENT_OVERHEAD = 64;
  private static final long INBOX_SHARE = 4;

  private final long max;
  private final AtomicLong queued = new AtomicLong();
  private final AtomicLong inboxes = new AtomicLong();
  private final AtomicLong highest = new AtomicLong();

  public QueueBound(long bytes) {
    this.max = bytes;
  }

  /** Reserves space for the commit. Returns false when there is none. */
  public boolean tryTake(Commit commit) {
    return tryTake(cost(commit), commit.endsRun());
  }

  /** As {@link #tryTake(Commit)}, for a call without a body. */
  public boolean tryTakeCall() {
    return tryTake(COMMIT_OVERHEAD, false);
  }

  /**
   * As {@link #tryTake(Commit)}, for a change of inboxes of this size. All of these together take a
   * quarter of the queue at most, so that a broadcast to many leaves space for commits.
   */
  public boolean tryTakeInbox(long bytes) {
    long cost = COMMIT_OVERHEAD + bytes;
    long before = inboxes.getAndAdd(cost);
    if ((before == 0 || before + cost <= max / INBOX_SHARE) && tryTake(cost, false)) {
      return true;
    }
    inboxes.addAndGet(-cost);
    return false;
  }

  private boolean tryTake(long bytes, boolean reserved) {
    long before = queued.getAndAdd(bytes);
    if (before == 0 || before + bytes <= max || reserved) {
      noteHighest(before + bytes);
      return true;
    }
    queued.addAndGet(-bytes);
    return false;
  }

  private void noteHighest(long now) {
    if (now > highest.get()) {
      highest.accumulateAndGet(now, Math::max);
    }
  }

  /** The bytes that are queued now. */
  public long held() {
    return queued.get();
  }

  /** The highest number of queued bytes so far. */
  public long highest() {
    return highest.get();
  }

  /** Releases the space of a commit. */
  public void release(Commit commit) {
    queued.addAndGet(-cost(commit));
  }

  /** Releases the space of a change of inboxes of this size. */
  public void releaseInbox(long bytes) {
    queued.addAndGet(-COMMIT_OVERHEAD - bytes);
    inboxes.addAndGet(-COMMIT_OVERHEAD - bytes);
  }

  /** Releases the space of a call. */
  public void releaseCall() {
    queued.addAndGet(-COMMIT_OVERHEAD);
  }

  /** The heap bytes of a queued commit: its bodies and the objects around them. */
  static long cost(Commit commit) {
    return commit.bytes() + COMMIT_OVERHEAD + EVENT_OVERHEAD * commit.events().size();
  }
}
