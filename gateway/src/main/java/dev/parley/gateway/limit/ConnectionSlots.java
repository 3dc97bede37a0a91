package dev.parley.gateway.limit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The connections that each user has open, oldest first, and those that lost their slots and have
 * not closed yet, of which there are no more than slots. Callable from any thread.
 */
public final class ConnectionSlots<U, C> {

  private final ConcurrentMap<U, Connections<C>> connections = new ConcurrentHashMap<>();
  private final ConnectionPolicy policy;

  private record Connections<C>(List<C> open, List<C> closing) {}

  /**
   * What a new connection displaces.
   *
   * @param replaced lost their slots and must be closed
   * @param overdue lost their slots, some of them before, and must be closed without waiting for
   *     their peers
   */
  public record Displaced<C>(List<C> replaced, List<C> overdue) {}

  public ConnectionSlots(ConnectionPolicy policy) {
    this.policy = policy;
  }

  /**
   * Takes a slot for a connection, in the place of one that it replaces, or of the oldest ones if
   * the policy says so; {@link #leave} must follow.
   *
   * @param max connections of the user, and of those that are closing
   * @param room takes room for one connection more, unless there is none; not called when this one
   *     replaces or evicts another
   * @return empty if there is no slot or no room
   */
  public Optional<Displaced<C>> enter(
      U user, C connection, int max, Predicate<C> isReplaced, BooleanSupplier room) {
    List<C> replaced = new ArrayList<>(0);
    List<C> overdue = new ArrayList<>(0);
    @Nullable Connections<C> now =
        connections.compute(
            user,
            (key, held) -> {
              List<C> next = new ArrayList<>(held == null ? List.of() : held.open());
              next.stream()
                  .filter(isReplaced)
                  .findFirst()
                  .filter(next::remove)
                  .ifPresent(replaced::add);
              boolean hasReplaced = !replaced.isEmpty();
              while (policy == ConnectionPolicy.EVICT && next.size() >= max) {
                replaced.add(next.remove(0));
              }
              boolean hasSlot = hasReplaced || next.size() < max;
              if (!hasSlot || (replaced.isEmpty() && !room.getAsBoolean())) {
                return held;
              }
              next.add(connection);
              List<C> closing = new ArrayList<>(held == null ? List.of() : held.closing());
              closing.addAll(replaced);
              while (closing.size() > max) {
                overdue.add(closing.remove(0));
              }
              return new Connections<>(List.copyOf(next), List.copyOf(closing));
            });
    return now != null && now.open().contains(connection)
        ? Optional.of(new Displaced<>(replaced, overdue))
        : Optional.empty();
  }

  /**
   * A connection has closed: it gives its slot back, if it still has one.
   *
   * @return whether it had one
   */
  public boolean leave(U user, C connection) {
    AtomicBoolean hadSlot = new AtomicBoolean();
    connections.computeIfPresent(
        user,
        (key, held) -> {
          List<C> open = without(held.open(), connection);
          List<C> closing = without(held.closing(), connection);
          hadSlot.set(open.size() < held.open().size());
          return open.isEmpty() && closing.isEmpty() ? null : new Connections<>(open, closing);
        });
    return hadSlot.get();
  }

  private static <C> List<C> without(List<C> all, C connection) {
    return all.stream().filter(each -> !each.equals(connection)).toList();
  }

  /** Whether a connection that replaces none would be refused now. */
  public boolean refuses(U user, int max) {
    return policy == ConnectionPolicy.REFUSE && of(user).size() >= max;
  }

  /** Whether a connection that replaces none would take the slot of another now. */
  public boolean evicts(U user, int max) {
    return policy == ConnectionPolicy.EVICT && of(user).size() >= max;
  }

  /** The connections of a user that have slots, oldest first. */
  public List<C> of(U user) {
    Connections<C> held = connections.get(user);
    return held == null ? List.of() : held.open();
  }
}
