package dev.parley.gateway.user.thread;

/**
 * Keeps one thread in memory until it is closed. Closing the last lease of a thread drops it, and
 * its user's context may end with it: so nothing of the user may be used after the close. Closing a
 * lease again does nothing. Used at the user's home only.
 */
public final class ThreadLease {

  private final ThreadState thread;
  private boolean closed;

  ThreadLease(ThreadState thread) {
    this.thread = thread;
  }

  public ThreadState thread() {
    return thread;
  }

  public void close() {
    if (!closed) {
      closed = true;
      thread.released();
    }
  }
}
