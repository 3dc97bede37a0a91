package dev.parley.gateway.user.history;

import dev.parley.gateway.agent.History;
import dev.parley.gateway.protocol.AgentName;
import java.util.ArrayList;
import java.util.List;

/**
 * Who is told what was said.
 *
 * @param maxBytes the bound, as {@link dev.parley.gateway.agent.HistorySource} counts
 * @param newestNotesOnly whether the newest notes of the agent replace its older ones
 */
record HistoryBound(AgentName agent, int maxBytes, boolean newestNotesOnly) {

  /** Counts the bytes of turns, the newest first. Used by one thread. */
  final class Count {
    private long bytes;
    private boolean hasNotes;

    /** Adds the next turn; false if it does not fit. */
    boolean add(PastTurn turn) {
      bytes += tellsNotes(turn) ? turn.bytesFor(agent) : turn.bytes();
      return bytes <= maxBytes;
    }

    private boolean tellsNotes(PastTurn turn) {
      boolean tells = turn.hasNotesOf(agent) && !(newestNotesOnly && hasNotes);
      hasNotes |= tells;
      return tells;
    }
  }

  /** What is told of these turns, the oldest first. */
  List<History.Item> items(List<PastTurn> turns) {
    Count count = new Count();
    List<List<History.Item>> items = new ArrayList<>(turns.size());
    for (int i = turns.size() - 1; i >= 0; i--) {
      items.add(0, turns.get(i).items(count.tellsNotes(turns.get(i))));
    }
    return items.stream().flatMap(List::stream).toList();
  }

  /** Whether what was folded for this one has all that another one is told. */
  boolean covers(HistoryBound other) {
    return agent.equals(other.agent)
        && newestNotesOnly == other.newestNotesOnly
        && other.maxBytes <= maxBytes;
  }
}
