package dev.parley.gateway.user.thread;

/**
 * Keeps one thread in memory until it is closed. Who needs a thread after the call that was given
 * it takes a lease, and closes it when done: then the thread may be dropped, and its user's context
 * may end with it. So the close comes last. Closing again does nothing. Used at the user's home
 * only.
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
