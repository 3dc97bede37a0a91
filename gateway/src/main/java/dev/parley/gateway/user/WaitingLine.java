package dev.parley.gateway.user;

import dev.parley.gateway.log.Expectation.QueuePosition;
import dev.parley.gateway.log.QueuedMessage;
import dev.parley.gateway.protocol.CommandId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages that wait on one thread for their runs, as this home knows them: the log decides.
 * Used at the user's home only.
 */
final class WaitingLine {

  /** How many may wait on a thread. */
  static final int MOST = 8;

  private final List<QueuedMessage> waiting;
  private long changes;

  WaitingLine(List<QueuedMessage> waiting) {
    this.waiting = new ArrayList<>(waiting);
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Whose turn is next. */
  @Nullable QueuedMessage first() {
    return waiting.isEmpty() ? null : waiting.get(0);
  }

  @Nullable QueuedMessage find(CommandId command) {
    return waiting.stream().filter(each -> each.command().equals(command)).findAny().orElse(null);
  }

  void add(QueuedMessage queued, QueuePosition place) {
    if (find(queued.command()) == null) {
      waiting.add(place == QueuePosition.FIRST ? 0 : waiting.size(), queued);
      changes++;
    }
  }

  void removeAll(List<QueuedMessage> gone) {
    waiting.removeAll(gone);
    changes++;
  }

  void remove(CommandId command) {
    waiting.removeIf(each -> each.command().equals(command));
    changes++;
  }

  /** A number that grows whenever this home hears of a change. */
  long changes() {
    return changes;
  }

  /** What the log says of the line. */
  void reset(List<QueuedMessage> now) {
    waiting.clear();
    waiting.addAll(now);
    changes++;
  }
}
