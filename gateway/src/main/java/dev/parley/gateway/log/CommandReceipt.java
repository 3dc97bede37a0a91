package dev.parley.gateway.log;

import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ThreadId;
import org.jspecify.annotations.Nullable;

/**
 * The answer that was given to an accepted command.
 *
 * @param seq the first seq of its commit
 * @param run the run that it started
 * @param epoch the epoch of the thread at that time; absent in records of an earlier version
 */
public record CommandReceipt(
    Fingerprint fingerprint,
    ThreadId thread,
    long seq,
    @Nullable RunId run,
    @Nullable Epoch epoch) {

  /** The same answer with the run that has started since. */
  CommandReceipt startedBy(RunId started) {
    return new CommandReceipt(fingerprint, thread, seq, started, epoch);
  }
}
