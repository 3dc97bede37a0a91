package dev.parley.gateway.user.run;

import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.Subagent;
import dev.parley.gateway.protocol.ThinkingPhase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The stretches of thinking of a run: one at a time of the agent itself, and one of each of its
 * sub-agents. A stretch of a sub-agent is known until it ends. Used at the user's home only.
 */
final class Thoughts {

  /** The maximum number of stretches of sub-agents that are open at once. */
  static final int MAX_OPEN = 64;

  /** The thinking of one of them. Only the one that has grown last may hold half a pair. */
  private static final class Stretch {
    private final @Nullable Subagent by;
    private TextFlow text = new TextFlow();
    private boolean open;

    Stretch(@Nullable Subagent by) {
      this.by = by;
    }
  }

  private final Stretch own = new Stretch(null);

  /** Of sub-agents, by their ids; the one that was silent the longest is the first. */
  private final Map<String, Stretch> open = new LinkedHashMap<>(16, 0.75f, true);

  private Stretch last = own;

  boolean isOpen(@Nullable Subagent by) {
    return by == null ? own.open : open.containsKey(by.id());
  }

  /** The sub-agent whose stretch has to end before another one begins; null if there is room. */
  @Nullable Subagent surplus() {
    return open.size() < MAX_OPEN ? null : open.values().iterator().next().by;
  }

  void begin(@Nullable Subagent by) {
    Stretch stretch = by == null ? own : new Stretch(by);
    stretch.text = new TextFlow();
    stretch.open = true;
    if (by != null) {
      open.put(by.id(), stretch);
    }
  }

  void end(@Nullable Subagent by) {
    if (by == null) {
      own.open = false;
    } else {
      open.remove(by.id());
    }
  }

  /** The next text. A stretch of a sub-agent must be open. */
  List<ServerEvent> take(@Nullable Subagent by, String text) {
    Stretch stretch = of(by);
    List<ServerEvent> events = new ArrayList<>();
    if (stretch != last) {
      events.addAll(finish());
      last = stretch;
    }
    events.addAll(events(stretch, stretch.text.take(text)));
    return events;
  }

  private Stretch of(@Nullable Subagent by) {
    Stretch stretch = by == null ? own : open.get(by.id());
    if (stretch == null) {
      throw new IllegalStateException("stretch: none (expected: one that is open)");
    }
    return stretch;
  }

  /** Something else comes: half a pair waits no longer. */
  List<ServerEvent> finish() {
    return events(last, last.text.finish());
  }

  private static List<ServerEvent> events(Stretch stretch, List<TextFlow.Piece> pieces) {
    List<ServerEvent> events = new ArrayList<>(pieces.size());
    for (TextFlow.Piece piece : pieces) {
      events.add(
          new ServerEvent.AgentThinking(
              ThinkingPhase.DELTA, piece.text(), piece.offset(), null, null, stretch.by));
    }
    return events;
  }

  /** Half a pair that waits for its other half, and whose it is. */
  @Nullable Character half() {
    return last.text.half();
  }

  @Nullable Subagent thinker() {
    return half() == null ? null : last.by;
  }

  /** A text of the log has ended here. */
  void continueAfter(@Nullable Subagent by, long units) {
    Subagent surplus = by == null || isOpen(by) ? null : surplus();
    if (surplus != null) {
      end(surplus);
    }
    if (by != null && !isOpen(by)) {
      begin(by);
    }
    last = of(by);
    last.text.continueAfter(units, null);
  }

  /** The half that the log does not have. */
  void restore(@Nullable Subagent by, @Nullable Character half) {
    if (half != null && (by == null || isOpen(by))) {
      last = of(by);
      last.text.continueAfter(last.text.length(), half);
    }
  }
}
