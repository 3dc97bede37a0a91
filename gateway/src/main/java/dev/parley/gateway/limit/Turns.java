package dev.parley.gateway.limit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A queue whose owners take turns, so that one with many items does not delay the others. The items
 * of one owner keep their order. Used by one thread at a time.
 */
public final class Turns<O, T> {

  /** The next owner first; none is without items. */
  private final Map<O, Deque<T>> byOwner = new LinkedHashMap<>();

  public void add(O owner, T item) {
    byOwner.computeIfAbsent(owner, first -> new ArrayDeque<>()).add(item);
  }

  /** Adds the item before the others of its owner, who is not moved forward by that. */
  public void addFirst(O owner, T item) {
    byOwner.computeIfAbsent(owner, first -> new ArrayDeque<>()).addFirst(item);
  }

  /** The next item of the owner whose turn it is, who then moves behind all others. */
  public @Nullable T poll() {
    Iterator<Map.Entry<O, Deque<T>>> owners = byOwner.entrySet().iterator();
    if (!owners.hasNext()) {
      return null;
    }
    Map.Entry<O, Deque<T>> next = owners.next();
    O owner = next.getKey();
    Deque<T> own = next.getValue();
    owners.remove();
    T item = own.remove();
    if (!own.isEmpty()) {
      byOwner.put(owner, own);
    }
    return item;
  }

  /** Removes these items of the owner. */
  public void removeIf(O owner, Predicate<T> isRemoved) {
    byOwner.computeIfPresent(
        owner,
        (same, own) -> {
          own.removeIf(isRemoved);
          return own.isEmpty() ? null : own;
        });
  }

  public int size() {
    return byOwner.values().stream().mapToInt(Deque::size).sum();
  }
}
