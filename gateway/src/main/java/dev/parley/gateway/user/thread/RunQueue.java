package dev.parley.gateway.user.thread;

import dev.parley.gateway.log.Expectation.QueuePosition;
import dev.parley.gateway.log.QueuedMessage;
import dev.parley.gateway.protocol.CommandId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The queued messages of one thread, as this home knows them: the log decides. Used at the user's
 * home only.
 */
public final class RunQueue {

  /** Maximum of queued messages on a thread. */
  public static final int MAX_QUEUED = 8;

  private final List<QueuedMessage> messages;
  private long changes;

  RunQueue(List<QueuedMessage> messages) {
    this.messages = new ArrayList<>(messages);
  }

  public boolean isEmpty() {
    return messages.isEmpty();
  }

  /** The message whose run is next. */
  public @Nullable QueuedMessage first() {
    return messages.isEmpty() ? null : messages.get(0);
  }

  public @Nullable QueuedMessage find(CommandId command) {
    return messages.stream().filter(each -> each.command().equals(command)).findAny().orElse(null);
  }

  public void add(QueuedMessage queued, QueuePosition place) {
    if (find(queued.command()) == null) {
      messages.add(place == QueuePosition.FIRST ? 0 : messages.size(), queued);
      changes++;
    }
  }

  public void removeAll(List<QueuedMessage> gone) {
    messages.removeAll(gone);
    changes++;
  }

  public void remove(CommandId command) {
    messages.removeIf(each -> each.command().equals(command));
    changes++;
  }

  /** A number that grows each time when this home learns of a change. */
  public long changes() {
    return changes;
  }

  /** Takes over what the log says of the queue. */
  public void reset(List<QueuedMessage> now) {
    messages.clear();
    messages.addAll(now);
    changes++;
  }
}
