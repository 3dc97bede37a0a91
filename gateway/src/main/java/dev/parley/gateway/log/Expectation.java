package dev.parley.gateway.log;

import dev.parley.gateway.protocol.RunId;

/** What must hold of the thread for a commit to be carried out; the log alone decides. */
public sealed interface Expectation {

  /** Nothing. */
  record None() implements Expectation {}

  /** No run is open; else the commit is {@link CommitResult.Busy}. */
  record Idle() implements Expectation {}

  /** This run is open; else the commit is {@link CommitResult.Ended}. */
  record RunOpen(RunId run) implements Expectation {}
}
