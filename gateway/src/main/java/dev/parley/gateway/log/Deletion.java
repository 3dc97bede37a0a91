package dev.parley.gateway.log;

import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.RunId;
import org.jspecify.annotations.Nullable;

/** The result of a deletion. */
public sealed interface Deletion {

  /** Everything is deleted. Later events get this epoch. */
  record Deleted(Epoch epoch) implements Deletion {}

  /** Nothing was changed: this run is open. Without a run, commands are queued. */
  record InUse(@Nullable RunId run) implements Deletion {}
}
