package dev.parley.gateway.user.history;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.agent.History;
import dev.parley.gateway.codec.DecodedEvent;
import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.ServerEvent.MessageKind;
import dev.parley.gateway.user.history.FoldedThread.OpenRun;
import dev.parley.gateway.user.history.FoldedThread.WaitingMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Folds the events of a thread, in order, into turns. An answer stands where its run began, and the
 * message that it answers directly before it, also when that was queued. A message that no agent
 * was asked to answer stands where it was added. A message that waits for its run, or was taken
 * back, is left out. Used by one thread at a time.
 */
final class HistoryFold {

  private final List<PastTurn> turns = new ArrayList<>();
  private final Map<MessageId, WaitingMessage> waiting = new HashMap<>();
  private final boolean seesAll;

  /** Messages that were added while the run is open. */
  private final List<PastTurn> meanwhile = new ArrayList<>();

  private @Nullable OpenTurn open;
  private boolean hole;

  /** A fold of what follows after this seq; nothing is known of what came before. */
  HistoryFold(long after) {
    this.seesAll = after == 0;
  }

  /** A fold that goes on where another one has ended; the log has dropped what is older. */
  HistoryFold(FoldedThread before, long oldest) {
    this.seesAll = !before.truncated() && oldest <= 1;
    before.turns().forEach(turn -> turns.add(turn.keptFrom(oldest)));
    waiting.putAll(before.waiting());
    waiting.values().removeIf(message -> message.seq() < oldest);
    OpenRun run = before.open();
    if (run != null) {
      hole = run.message() == null;
      open = new OpenTurn(run.keptFrom(oldest));
    }
  }

  void add(PastEvent event) {
    event.notes().forEach(note -> turnAt(event).note(note));
    DecodedEvent decoded = event.decoded();
    if (event.isEnd()) {
      turns.add(turnAt(event).close(stateOf(event.type())));
      turns.addAll(meanwhile);
      meanwhile.clear();
      open = null;
    } else if (decoded != null) {
      add(event, decoded);
    }
  }

  private void add(PastEvent event, DecodedEvent decoded) {
    if (decoded.event() instanceof ServerEvent.MessageAdded message) {
      added(event.seq(), message);
    } else if (decoded.event() instanceof ServerEvent.MessageTakenBack message) {
      waiting.remove(message.message());
    } else if (decoded.event() instanceof ServerEvent.AgentStarted started) {
      started(event.seq(), decoded, started);
    } else if (decoded.event() instanceof ServerEvent.AgentMessage message) {
      turnAt(event).say(message.delta());
    } else if (decoded.event() instanceof ServerEvent.ToolExecuting tool) {
      turnAt(event).begin(tool);
    } else if (decoded.event() instanceof ServerEvent.ToolCompleted tool) {
      turnAt(event).end(tool);
    }
  }

  private static RunState stateOf(EventType end) {
    return switch (end) {
      case AGENT_COMPLETED -> RunState.COMPLETED;
      case AGENT_CANCELLED -> RunState.CANCELLED;
      default -> RunState.FAILED;
    };
  }

  private OpenTurn turnAt(PastEvent event) {
    OpenTurn turn = open;
    if (turn == null) {
      // It began before: what was folded so far was added while it is open.
      meanwhile.addAll(turns);
      turns.clear();
      turn = new OpenTurn(event.firstSeq());
      open = turn;
    }
    return turn;
  }

  private void added(long seq, ServerEvent.MessageAdded added) {
    History.PastMessage message = new History.PastMessage(added.body());
    if (added.kind() == MessageKind.CHAT) {
      PastTurn turn = new PastTurn(seq, message, null, OpenTurn.bytesOf(message), 0);
      (open == null ? turns : meanwhile).add(turn);
    } else {
      waiting.put(added.message(), new WaitingMessage(seq, message));
    }
  }

  private void started(long seq, DecodedEvent decoded, ServerEvent.AgentStarted started) {
    WaitingMessage message = waiting.remove(started.message());
    hole |= message == null;
    open =
        new OpenTurn(
            new OpenRun(
                requireNonNull(decoded.run(), "run_id"),
                started.agent(),
                message == null ? seq : message.seq(),
                message == null ? null : message.message()));
  }

  /** Whether a run of which the message is not known began after what this fold went on from. */
  boolean hasHole() {
    return hole;
  }

  /**
   * Whether what is known fills the bound of this agent, so that nothing older is needed. The end
   * of a long turn may fill it: messages that were added during its run, which stand after it, are
   * left out then if they are older.
   */
  boolean fills(HistoryBound bound) {
    HistoryBound.Count count = bound.new Count();
    for (int i = turns.size() - 1; i >= 0; i--) {
      if (!count.add(turns.get(i))) {
        return true;
      }
      if (!turns.get(i).isWhole()) {
        return false;
      }
    }
    return false;
  }

  /** The newest whole turns within the bound of this agent. */
  FoldedThread newest(long upTo, HistoryBound bound) {
    HistoryBound.Count count = bound.new Count();
    int first = turns.size();
    while (first > 0 && turns.get(first - 1).isWhole() && count.add(turns.get(first - 1))) {
      first--;
    }
    return new FoldedThread(
        upTo,
        turns.subList(first, turns.size()),
        !seesAll || first > 0,
        bound,
        waiting,
        open == null ? null : open.run());
  }
}
