package dev.parley.gateway.log.embedded;

import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * The bytes deleted per user whose disk space is not yet reclaimed. On the committer's thread only.
 */
final class FreedBytes {

  /** The maximum of users; beyond it, those with the fewest bytes are forgotten. */
  static final int CAPACITY = 10_000;

  private static final int SPARE = 1_000;

  private final Map<UserId, Long> byUser = new HashMap<>();
  private long bytes;

  void add(UserId user, long dropped) {
    bytes += dropped;
    byUser.merge(user, dropped, Long::sum);
    if (byUser.size() > CAPACITY + SPARE) {
      byUser.keySet().retainAll(new HashSet<>(largest(CAPACITY)));
    }
  }

  /** Removes and returns the users with the most deleted bytes, at most {@code max}. */
  List<UserId> take(int max) {
    List<UserId> users = largest(max);
    byUser.keySet().removeAll(users);
    return users;
  }

  /** The bytes deleted of all users since {@link #takeBytes}. */
  long bytes() {
    return bytes;
  }

  /** Returns {@link #bytes} and resets it. */
  long takeBytes() {
    long taken = bytes;
    bytes = 0;
    return taken;
  }

  boolean isEmpty() {
    return byUser.isEmpty();
  }

  private List<UserId> largest(int max) {
    return new ArrayList<>(
        byUser.entrySet().stream()
            .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
            .limit(max)
            .map(Map.Entry::getKey)
            .toList());
  }
}
