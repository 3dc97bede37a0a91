package dev.parley.gateway.log.embedded;

import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Of whom how many bytes were dropped whose room the files still take. On the committer's thread
 * only.
 */
final class FreedBytes {

  /** So many users are remembered: those with the fewest bytes go. */
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

  /** Takes out the users of whom the most was dropped, at most so many. */
  List<UserId> take(int most) {
    List<UserId> users = largest(most);
    byUser.keySet().removeAll(users);
    return users;
  }

  /** The bytes that were dropped of all users since {@link #takeBytes}. */
  long bytes() {
    return bytes;
  }

  /** The same; counting begins again. */
  long takeBytes() {
    long taken = bytes;
    bytes = 0;
    return taken;
  }

  boolean isEmpty() {
    return byUser.isEmpty();
  }

  private List<UserId> largest(int most) {
    return new ArrayList<>(
        byUser.entrySet().stream()
            .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
            .limit(most)
            .map(Map.Entry::getKey)
            .toList());
  }
}
