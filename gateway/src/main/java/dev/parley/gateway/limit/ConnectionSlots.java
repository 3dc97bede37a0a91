package dev.parley.gateway.limit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;

/** The connections that each user has open, oldest first. Callable from any thread. */
public final class ConnectionSlots<U, C> {

  private final ConcurrentMap<U, List<C>> open = new ConcurrentHashMap<>();
  private final ConnectionPolicy policy;

  public ConnectionSlots(ConnectionPolicy policy) {
    this.policy = policy;
  }

  /**
   * Takes a slot for a connection, in the place of one that it replaces, or of the oldest ones if
   * the policy says so; {@link #leave} must follow.
   *
   * @param max connections of the user
   * @return the connections that lost their slots and must be closed; empty if there is no slot
   */
  public Optional<List<C>> enter(U user, C connection, int max, Predicate<C> isReplaced) {
    List<C> evicted = new ArrayList<>(0);
    List<C> now =
        open.compute(
            user,
            (key, held) -> {
              List<C> next = new ArrayList<>(held == null ? List.of() : held);
              next.stream()
                  .filter(isReplaced)
                  .findFirst()
                  .filter(next::remove)
                  .ifPresent(evicted::add);
              boolean hasReplaced = !evicted.isEmpty();
              while (policy == ConnectionPolicy.EVICT && next.size() >= max) {
                evicted.add(next.remove(0));
              }
              if (hasReplaced || next.size() < max) {
                next.add(connection);
              }
              return List.copyOf(next);
            });
    return now.contains(connection) ? Optional.of(evicted) : Optional.empty();
  }

  /** Gives the slot of a connection back, if it still has one. */
  public void leave(U user, C connection) {
    open.computeIfPresent(
        user,
        (key, held) -> {
          List<C> left = held.stream().filter(each -> !each.equals(connection)).toList();
          return left.isEmpty() ? null : left;
        });
  }

  /** Whether a connection that replaces none would be refused now. */
  public boolean refuses(U user, int max) {
    return policy == ConnectionPolicy.REFUSE && of(user).size() >= max;
  }

  /** The connections of a user, oldest first. */
  public List<C> of(U user) {
    return open.getOrDefault(user, List.of());
  }
}
