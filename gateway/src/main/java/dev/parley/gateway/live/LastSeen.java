package dev.parley.gateway.live;

import dev.parley.gateway.protocol.UserId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * When the last frame came from users whose connections have closed since the start of the process:
 * of the {@value #USERS} users who left last. Callable from any thread; the lock is held for a few
 * instructions.
 */
final class LastSeen {

  static final int USERS = 50_000;

  private final LinkedHashMap<UserId, Instant> left =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UserId, Instant> eldest) {
          return size() > USERS;
        }
      };

  /** A connection of the user has closed. A time that is earlier than the known one is ignored. */
  synchronized void left(UserId user, Instant lastReceived) {
    Instant known = left.remove(user);
    left.put(user, known != null && known.isAfter(lastReceived) ? known : lastReceived);
  }

  synchronized Optional<Instant> of(UserId user) {
    return Optional.ofNullable(left.get(user));
  }

  synchronized void forget(UserId user) {
    left.remove(user);
  }
}
