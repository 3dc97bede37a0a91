package dev.parley.gateway.user;

import dev.parley.gateway.log.Expectation.Place;
import dev.parley.gateway.log.Queued;
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

  private final List<Queued> waiting;
  private long changes;

  WaitingLine(List<Queued> waiting) {
    this.waiting = new ArrayList<>(waiting);
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Whose turn is next. */
  @Nullable Queued first() {
    return waiting.isEmpty() ? null : waiting.get(0);
  }

  @Nullable Queued find(CommandId command) {
    return waiting.stream().filter(each -> each.command().equals(command)).findAny().orElse(null);
  }

  void add(Queued queued, Place place) {
    if (find(queued.command()) == null) {
      waiting.add(place == Place.FIRST ? 0 : waiting.size(), queued);
      changes++;
    }
  }

  void removeAll(List<Queued> gone) {
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
  void reset(List<Queued> now) {
    waiting.clear();
    waiting.addAll(now);
    changes++;
  }
}
