package dev.parley.gateway.log;

import dev.parley.gateway.protocol.BroadcastId;
import dev.parley.gateway.protocol.UserId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The rules of {@link Inboxes}, shared by all stores that decide in this process. Each reads before
 * it writes, so a damaged record leaves nothing half done.
 */
public final class InboxRules {

  private InboxRules() {}

  /** As {@link Inboxes#arrive}. */
  public static InboxState arrive(InboxTable table, UserId user, String tier) {
    InboxState before = table.state(user).orElse(null);
    if (before != null && before.tier().equals(tier)) {
      return before;
    }
    InboxState after =
        before == null
            ? InboxState.first(table.position(), tier)
            : before.withTier(table.position(), tier);
    table.put(user, after);
    return after;
  }

  /**
   * As {@link Inboxes#advance}. What retention removed before is in nobody's inbox, so it is not
   * counted.
   *
   * @param oldest the lowest seq of the inbox that is kept
   */
  public static Optional<InboxState> advance(
      InboxTable table, UserId user, long oldest, long delivered, long acknowledged) {
    Optional<InboxState> before = table.state(user);
    if (before.isEmpty()) {
      return before;
    }
    InboxState after = before.get().advanced(delivered, acknowledged);
    if (!after.equals(before.get())) {
      Map<BroadcastKey, BroadcastStatus> counted = new HashMap<>();
      long removed = oldest - 1;
      long deliveredFrom = Math.max(before.get().delivered(), removed);
      long acknowledgedFrom = Math.max(before.get().acknowledged(), removed);
      for (BroadcastId id : table.received(user, deliveredFrom, after.delivered())) {
        count(table, new BroadcastKey(user.tenant(), id), counted, 1, 0);
      }
      for (BroadcastId id : table.received(user, acknowledgedFrom, after.acknowledged())) {
        count(table, new BroadcastKey(user.tenant(), id), counted, 0, 1);
      }
      counted.forEach(table::put);
      table.put(user, after);
    }
    return Optional.of(after);
  }

  /** A broadcast that was removed is not counted any more. */
  private static void count(
      InboxTable table,
      BroadcastKey key,
      Map<BroadcastKey, BroadcastStatus> counted,
      int delivered,
      int acknowledged) {
    BroadcastStatus known = counted.get(key);
    Optional<BroadcastStatus> status = known == null ? table.status(key) : Optional.of(known);
    status.ifPresent(before -> counted.put(key, before.plus(0, delivered, acknowledged)));
  }

  /** Whether the append may be carried out: the mark is where it says, and nothing is cancelled. */
  public static boolean mayAppend(InboxTable table, InboxAppend append) {
    Optional<InboxState> state = table.state(append.user());
    return state.isPresent()
        && state.get().seen() == append.from()
        && append.notifications().stream()
            .map(each -> table.status(key(append, each)))
            .allMatch(status -> status.isPresent() && !status.get().isCancelled());
  }

  /** The events of the append are stored from this seq on. */
  public static void appended(InboxTable table, InboxAppend append, long first) {
    InboxState state = table.state(append.user()).orElseThrow();
    long seq = first;
    for (InboxAppend.Notified each : append.notifications()) {
      BroadcastKey key = key(append, each);
      table.put(key, table.status(key).orElseThrow().plus(1, 0, 0));
      table.putReceived(append.user(), seq++, each.broadcast());
    }
    table.put(append.user(), state.withSeen(append.to()));
  }

  private static BroadcastKey key(InboxAppend append, InboxAppend.Notified each) {
    return new BroadcastKey(append.user().tenant(), each.broadcast());
  }

  /**
   * As {@link Inboxes#add}. Each request has a new notification id: if the known broadcast has it,
   * this is the same call, which is decided again because its first answer was lost.
   */
  public static BroadcastResult add(InboxTable table, Broadcast asked) {
    Optional<Broadcast> known = table.broadcast(asked.key());
    if (known.isPresent() && known.get().notification().equals(asked.notification())) {
      return new BroadcastResult.Added(known.get());
    }
    if (known.isPresent()) {
      return known.get().isSameRequest(asked)
          ? new BroadcastResult.Known(known.get())
          : new BroadcastResult.Conflict();
    }
    Broadcast broadcast = asked.at(table.position() + 1);
    table.add(broadcast);
    table.put(broadcast.key(), BroadcastStatus.NEW);
    return new BroadcastResult.Added(broadcast);
  }

  /** As {@link Inboxes#cancel}. */
  public static Optional<BroadcastRecord> cancel(InboxTable table, BroadcastKey key) {
    Optional<BroadcastRecord> found = find(table, key);
    found.ifPresent(record -> table.put(key, record.status().cancelled()));
    return find(table, key);
  }

  /** As {@link Inboxes#counted}. */
  public static Optional<BroadcastRecord> counted(
      InboxTable table, BroadcastKey key, long addressed) {
    Optional<BroadcastRecord> found = find(table, key);
    found.ifPresent(record -> table.put(key, record.status().counted(addressed)));
    return find(table, key);
  }

  /** As {@link Inboxes#remove}. */
  public static Optional<BroadcastRecord> remove(InboxTable table, BroadcastKey key) {
    Optional<BroadcastRecord> found = find(table, key);
    found.ifPresent(record -> table.remove(key));
    return found;
  }

  private static Optional<BroadcastRecord> find(InboxTable table, BroadcastKey key) {
    Optional<BroadcastStatus> status = table.status(key);
    return table
        .broadcast(key)
        .flatMap(broadcast -> status.map(now -> new BroadcastRecord(broadcast, now)));
  }
}
