package dev.parley.gateway.log;

import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ThreadId;
import org.jspecify.annotations.Nullable;

/**
 * What was answered to an accepted command.
 *
 * @param seq the first seq of its commit
 * @param run the run it started
 * @param epoch the life of the thread that the seq belongs to; absent when an earlier version of
 *     the store did not keep it
 */
public record CommandReceipt(
    Fingerprint fingerprint,
    ThreadId thread,
    long seq,
    @Nullable RunId run,
    @Nullable Epoch epoch) {

  /** The same answer with the run that it has now. */
  CommandReceipt startedBy(RunId started) {
    return new CommandReceipt(fingerprint, thread, seq, started, epoch);
  }
}
