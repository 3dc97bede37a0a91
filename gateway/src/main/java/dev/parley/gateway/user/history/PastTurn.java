package dev.parley.gateway.user.history;

import dev.parley.gateway.agent.History;
import dev.parley.gateway.protocol.AgentName;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A message and what an agent answered to it. Immutable.
 *
 * @param firstSeq the seq of its first event that is known
 * @param message null when it is not known
 * @param answer null when no agent was asked, or its beginning is not known
 * @param bytes of what every agent is told, as {@link dev.parley.gateway.agent.HistorySource}
 *     counts
 * @param noteBytes of the notes of the agent that answered, counted so too
 */
record PastTurn(
    long firstSeq,
    History.@Nullable PastMessage message,
    History.@Nullable PastAnswer answer,
    long bytes,
    long noteBytes) {

  /** Whether all of it is known. */
  boolean isWhole() {
    return message != null;
  }

  /** The turn when the log has dropped what is before this seq. */
  PastTurn keptFrom(long oldest) {
    return firstSeq < oldest ? new PastTurn(firstSeq, null, answer, bytes, noteBytes) : this;
  }

  /** The bytes of what this agent is told. */
  long bytesFor(AgentName agent) {
    return isAnsweredBy(agent) ? bytes + noteBytes : bytes;
  }

  private boolean isAnsweredBy(AgentName agent) {
    return answer != null && answer.agent().equals(agent);
  }

  /** Whether this agent has answered, and left notes. */
  boolean hasNotesOf(AgentName agent) {
    return isAnsweredBy(agent) && noteBytes > 0;
  }

  /** What an agent is told. */
  List<History.Item> items(boolean withNotes) {
    History.PastAnswer told = answer == null || withNotes ? answer : withoutNotes(answer);
    return Stream.<History.@Nullable Item>of(message, told).flatMap(Stream::ofNullable).toList();
  }

  private static History.PastAnswer withoutNotes(History.PastAnswer answer) {
    List<History.AnswerPart> parts =
        answer.parts().stream().filter(part -> !(part instanceof History.PastNote)).toList();
    return new History.PastAnswer(answer.run(), answer.agent(), answer.state(), parts);
  }
}
