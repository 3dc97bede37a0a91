package dev.parley.gateway.log;

import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.RunId;
import org.jspecify.annotations.Nullable;

/** What the log did when it was asked to forget. */
public sealed interface Deletion {

  /** Nothing is left; what is appended from now on has this epoch. */
  record Deleted(Epoch epoch) implements Deletion {}

  /** Nothing was changed: this run is open, or without one commands wait for theirs. */
  record InUse(@Nullable RunId run) implements Deletion {}
}
