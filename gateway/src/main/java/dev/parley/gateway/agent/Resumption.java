package dev.parley.gateway.agent;

import dev.parley.gateway.protocol.RawJson;
import org.jspecify.annotations.Nullable;

/**
 * A run that the last process of the gateway left open. What it had emitted is in the log.
 *
 * @param checkpoint the newest that the agent gave; absent before the first
 * @param noteBytes how much of {@link AgentEvent.Note#MAX_BYTES_OF_RUN} the notes that are kept
 *     have used
 */
public record Resumption(@Nullable RawJson checkpoint, long noteBytes) {

  /** A run without notes. */
  public Resumption(@Nullable RawJson checkpoint) {
    this(checkpoint, 0);
  }
}
