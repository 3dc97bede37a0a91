package dev.parley.gateway.limit;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * A fixed number of slots for each key, such as the calls of one user. Callable from any thread.
 */
public final class Slots<K> {

  private final int perKey;
  private final ConcurrentMap<K, Integer> taken = new ConcurrentHashMap<>();

  public Slots(int perKey) {
    this.perKey = perKey;
  }

  /** Takes a slot; if that succeeds, {@link #release} must follow. */
  public boolean tryTake(K key) {
    if (taken.merge(key, 1, Integer::sum) > perKey) {
      release(key);
      return false;
    }
    return true;
  }

  public void release(K key) {
    taken.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
  }

  /** The slots of a key that are taken now. */
  public int taken(K key) {
    return taken.getOrDefault(key, 0);
  }

  public int perKey() {
    return perKey;
  }
}
