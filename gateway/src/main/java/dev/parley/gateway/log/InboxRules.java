package dev.parley.gateway.log;

import dev.parley.gateway.protocol.UserId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The rules of {@link Inboxes}, shared by all stores that decide in this process. Each reads before
 * it writes, so a damaged record leaves nothing half done.
 */
public final class InboxRules {

  private InboxRules() {}

  /** As {@link Inboxes#arrive}. */
  public static InboxState arrive(InboxTable table, UserId user, String tier, boolean isOperator) {
    InboxState before = table.state(user).orElse(null);
    if (before != null && before.isWith(tier, isOperator)) {
      return before;
    }
    long position = table.position();
    InboxState known = before == null ? InboxState.first(position, tier) : before;
    InboxState after = known.withTier(position, tier).withOperator(position, isOperator);
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
      for (InboxEntry entry : table.received(user, deliveredFrom, after.delivered())) {
        count(table, user, entry, counted, 1, 0);
      }
      for (InboxEntry entry : table.received(user, acknowledgedFrom, after.acknowledged())) {
        count(table, user, entry, counted, 0, 1);
      }
      counted.forEach(table::put);
      table.put(user, after);
    }
    return Optional.of(after);
  }

  /** A broadcast that was removed is not counted any more, nor in a later one of the same id. */
  private static void count(
      InboxTable table,
      UserId user,
      InboxEntry entry,
      Map<BroadcastKey, BroadcastStatus> counted,
      int delivered,
      int acknowledged) {
    BroadcastKey key = new BroadcastKey(user.tenant(), entry.broadcast());
    BroadcastStatus known = counted.get(key);
    Optional<BroadcastStatus> status = known == null ? table.status(key) : Optional.of(known);
    status
        .filter(before -> before.position() == entry.position())
        .ifPresent(before -> counted.put(key, before.plus(0, delivered, acknowledged)));
  }

  /** The first of these that is in the inbox of each user to whom it is addressed. */
  public static Optional<BroadcastKey> firstComplete(
      List<BroadcastKey> keys, Function<BroadcastKey, Optional<BroadcastStatus>> statuses) {
    return keys.stream()
        .filter(key -> statuses.apply(key).filter(BroadcastStatus::isComplete).isPresent())
        .findFirst();
  }

  /** What an append changes, as it is before. */
  public record AppendBase(InboxState state, Map<BroadcastKey, BroadcastStatus> statuses) {}

  /**
   * Reads what the append changes. Empty if it may not be carried out: the mark is not where it
   * says, or something is cancelled.
   */
  public static Optional<AppendBase> appendable(InboxTable table, InboxAppend append) {
    Optional<InboxState> state =
        table.state(append.user()).filter(known -> known.seen() == append.from());
    if (state.isEmpty()) {
      return Optional.empty();
    }
    Map<BroadcastKey, BroadcastStatus> statuses = new HashMap<>();
    for (InboxAppend.Notified each : append.notifications()) {
      Optional<BroadcastStatus> status = table.status(each.key()).filter(now -> isOpen(now, each));
      if (status.isEmpty()) {
        return Optional.empty();
      }
      statuses.put(each.key(), status.get());
    }
    return Optional.of(new AppendBase(state.get(), statuses));
  }

  private static boolean isOpen(BroadcastStatus status, InboxAppend.Notified each) {
    return status.position() == each.entry().position() && !status.isCancelled();
  }

  /** The events of the append are stored from this seq on. Reads nothing. */
  public static void appended(InboxTable table, InboxAppend append, AppendBase before, long first) {
    Map<BroadcastKey, BroadcastStatus> statuses = new HashMap<>(before.statuses());
    long seq = first;
    for (InboxAppend.Notified each : append.notifications()) {
      BroadcastKey key = each.key();
      statuses.computeIfPresent(key, (same, status) -> status.plus(1, 0, 0));
      if (!key.isOfProcess()) {
        table.putReceived(append.user(), seq, each.entry());
      }
      seq++;
    }
    statuses.forEach(table::put);
    table.put(append.user(), before.state().withSeen(append.to()));
  }

  /**
   * The position of a new broadcast of this key, which is the newest now; the store puts the
   * broadcast there. Empty, and without an effect, when there is one of this key: {@link
   * BroadcastResult#of} tells what it is.
   */
  public static OptionalLong add(InboxTable table, BroadcastKey key) {
    if (table.status(key).isPresent()) {
      return OptionalLong.empty();
    }
    long position = table.position() + 1;
    table.putPosition(position);
    table.put(key, BroadcastStatus.begun(position));
    return OptionalLong.of(position);
  }

  /** As {@link Inboxes#cancel}. Returns whether there is such a broadcast. */
  public static boolean cancel(InboxTable table, BroadcastKey key) {
    return change(table, key, BroadcastStatus::cancelled);
  }

  /** As {@link Inboxes#counted}. Returns whether there is such a broadcast. */
  public static boolean counted(InboxTable table, BroadcastKey key, long addressed) {
    return change(table, key, status -> status.counted(addressed));
  }

  private static boolean change(
      InboxTable table, BroadcastKey key, UnaryOperator<BroadcastStatus> change) {
    Optional<BroadcastStatus> status = table.status(key);
    status.ifPresent(before -> table.put(key, change.apply(before)));
    return status.isPresent();
  }
}
