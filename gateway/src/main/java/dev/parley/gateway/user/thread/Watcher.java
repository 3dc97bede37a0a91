package dev.parley.gateway.user.thread;

/**
 * What a thread tells those who read it. Called at the user's home. None throws: the thread goes on
 * with the next one, whatever becomes of a connection.
 */
public interface Watcher {

  /**
   * The thread has grown; {@link #wake} follows in the same task.
   *
   * @param wasBehind whether there was something unread before
   */
  void grown(boolean wasBehind);

  /** There is something to read. */
  void wake();

  /** The person has seen the thread up to this seq, on some device. */
  void acknowledged(long seq);

  /** The thread was deleted: its name has a new life, which is read from its beginning. */
  void restart();
}
