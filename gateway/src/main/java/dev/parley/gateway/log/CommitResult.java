package dev.parley.gateway.log;

import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.RunId;

/** What the log decided. Only {@link Committed} changed anything. */
public sealed interface CommitResult {

  /** The events are synced to disk and have the seqs {@code first} to {@code last}. */
  record Committed(long first, long last, Epoch epoch) implements CommitResult {}

  /** The same command was accepted before, with this answer. */
  record Duplicate(Remembered answer) implements CommitResult {}

  /** Another command was accepted under this id before. */
  record Conflict() implements CommitResult {}

  /** A run is open on the thread. */
  record Busy(RunId run) implements CommitResult {}

  /** The run is not open any more. */
  record Ended(RunId run) implements CommitResult {}

  /** The queue of the log is full; nothing was done. */
  record Overloaded() implements CommitResult {}
}
