package dev.parley.gateway.log;

import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.RunId;
import org.jspecify.annotations.Nullable;

/**
 * Where a thread's log stands. An unborn thread has the store's epoch, oldest 1 and head 0.
 *
 * @param oldest the lowest seq that is kept
 * @param head the highest seq
 * @param openRun the run that is open on the thread
 * @param lastAgent the agent of the thread's last run
 */
public record ThreadHead(
    Epoch epoch, long oldest, long head, @Nullable RunId openRun, @Nullable AgentName lastAgent) {

  /** The head of a thread that nothing was appended to yet. */
  public static ThreadHead unborn(Epoch epoch) {
    return new ThreadHead(epoch, 1, 0, null, null);
  }
}
