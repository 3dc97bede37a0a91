package dev.parley.gateway.log;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes of commits may wait for a log's committer. A commit that ends a run is always
 * taken, and so is any commit while nothing waits. Callable from any thread.
 */
public final class QueueBound {

  /** 64 MiB. */
  public static final long DEFAULT_BYTES = 64L << 20;

  private static final long COMMIT_OVERHEAD = 512;
  private static final long EVENT_OVERHEAD = 64;

  private final long bound;
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong highest = new AtomicLong();

  public QueueBound(long bytes) {
    this.bound = bytes;
  }

  /** Takes the commit in, or answers false when there is no place. */
  public boolean tryTake(Commit commit) {
    return tryTake(cost(commit), commit.endsRun());
  }

  /** The same for a call without a body. */
  public boolean tryTakeCall() {
    return tryTake(COMMIT_OVERHEAD, false);
  }

  private boolean tryTake(long bytes, boolean reserved) {
    long before = waiting.getAndAdd(bytes);
    if (before == 0 || before + bytes <= bound || reserved) {
      noteHighest(before + bytes);
      return true;
    }
    waiting.addAndGet(-bytes);
    return false;
  }

  private void noteHighest(long now) {
    if (now > highest.get()) {
      highest.accumulateAndGet(now, Math::max);
    }
  }

  /** The bytes that wait now. */
  public long held() {
    return waiting.get();
  }

  /** The most bytes that ever waited. */
  public long highest() {
    return highest.get();
  }

  /** Frees the place of a commit that was taken in. */
  public void release(Commit commit) {
    waiting.addAndGet(-cost(commit));
  }

  /** Frees the place of a call that was taken in. */
  public void releaseCall() {
    waiting.addAndGet(-COMMIT_OVERHEAD);
  }

  /** What a commit holds on the heap while it waits: its bodies and the objects around them. */
  static long cost(Commit commit) {
    return commit.bytes() + COMMIT_OVERHEAD + EVENT_OVERHEAD * commit.events().size();
  }
}
