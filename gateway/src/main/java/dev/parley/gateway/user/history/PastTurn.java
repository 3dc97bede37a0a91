package dev.parley.gateway.user.history;

import dev.parley.gateway.agent.History;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A message and what an agent answered to it. Immutable.
 *
 * @param firstSeq the seq of its first event that is known
 * @param message null when it is not known
 * @param answer null when no agent was asked, or its beginning is not known
 * @param bytes of what is known, as {@link dev.parley.gateway.agent.HistorySource} counts
 */
record PastTurn(
    long firstSeq,
    History.@Nullable PastMessage message,
    History.@Nullable PastAnswer answer,
    long bytes) {

  /** Whether all of it is known. */
  boolean isWhole() {
    return message != null;
  }

  /** The turn when the log has dropped what is before this seq. */
  PastTurn keptFrom(long oldest) {
    return firstSeq < oldest ? new PastTurn(firstSeq, null, answer, bytes) : this;
  }

  Stream<History.Item> items() {
    return Stream.<History.@Nullable Item>of(message, answer).flatMap(Stream::ofNullable);
  }
}
