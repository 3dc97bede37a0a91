package dev.parley.gateway.log;

import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import java.util.List;

/**
 * Appends broadcasts to a user's inbox, each exactly once: the mark {@link InboxState#seen} moves
 * in the same write.
 *
 * @param from where the mark must be
 * @param to where the mark is to be
 * @param notifications one event for each broadcast, at least one
 */
public record InboxAppend(UserId user, long from, long to, List<Notified> notifications) {

  /**
   * The event of one broadcast.
   *
   * @param key the name of the broadcast
   */
  public record Notified(BroadcastKey key, InboxEntry entry, NewEvent event) {

    /** The event of this broadcast. */
    public static Notified of(Broadcast broadcast, NewEvent event) {
      return new Notified(
          broadcast.key(), new InboxEntry(broadcast.key().id(), broadcast.position()), event);
    }
  }

  /** Checks that the mark moves forward. */
  public InboxAppend {
    notifications = List.copyOf(notifications);
    if (notifications.isEmpty() || to <= from) {
      throw new IllegalArgumentException(
          "inbox: from " + from + " to " + to + " (expected: forward, with notifications)");
    }
  }

  /** The events in order. */
  public List<NewEvent> events() {
    return notifications.stream().map(Notified::event).toList();
  }

  /** The commit of the events. */
  public Commit commit() {
    return new Commit(
        new ThreadKey(user, ThreadId.INBOX),
        null,
        new Expectation.Unconditional(),
        events(),
        new RunChange.Unchanged());
  }
}
