package dev.parley.gateway.user.history;

import dev.parley.gateway.agent.History;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.RunId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The newest turns of a thread up to the beginning of a run, and what is needed to go on from
 * there. Immutable.
 *
 * @param upTo the seq up to which it was folded
 * @param turns whole turns that have ended, the oldest first
 * @param truncated whether something older is left out
 * @param bound whose bound it is
 * @param waiting messages whose runs are yet to start
 * @param open the run that begins here
 */
record FoldedThread(
    long upTo,
    List<PastTurn> turns,
    boolean truncated,
    HistoryBound bound,
    Map<MessageId, WaitingMessage> waiting,
    @Nullable OpenRun open) {

  /** Nothing, because the thread was deleted. */
  static FoldedThread deleted(HistoryBound bound) {
    return new FoldedThread(
        0,
        List.of(),
        true,
        new HistoryBound(bound.agent(), 0, bound.newestNotesOnly()),
        Map.of(),
        null);
  }

  /** Bytes of the objects of a turn, beside its texts and values. */
  private static final int TURN_OVERHEAD = 500;

  FoldedThread {
    turns = List.copyOf(turns);
    waiting = Map.copyOf(waiting);
  }

  /** A message of the user, and where it is in the log. */
  record WaitingMessage(long seq, History.PastMessage message) {}

  /**
   * A run that has begun.
   *
   * @param message null when it is not known
   */
  record OpenRun(RunId run, AgentName agent, long firstSeq, History.@Nullable PastMessage message) {

    /** The run when the log has dropped what is before this seq. */
    OpenRun keptFrom(long oldest) {
      return firstSeq < oldest ? new OpenRun(run, agent, firstSeq, null) : this;
    }
  }

  /** Whether what this one is told can be told from it. */
  boolean serves(HistoryBound asking) {
    return !truncated || bound.covers(asking);
  }

  /** About how much memory it takes. */
  long weight() {
    long weight = TURN_OVERHEAD;
    for (PastTurn turn : turns) {
      weight += TURN_OVERHEAD + turn.bytes() + turn.noteBytes();
    }
    for (WaitingMessage message : waiting.values()) {
      weight += TURN_OVERHEAD + message.message().content().length();
    }
    History.PastMessage own = open == null ? null : open.message();
    return own == null ? weight : weight + own.content().length();
  }

  History history() {
    return new History(bound.items(turns), truncated);
  }
}
