package dev.parley.gateway.live;

import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.UserId;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The last refused commands and failed runs of users, since the start of the process: up to {@value
 * #PER_USER} of a user, of the {@value #USERS} users who had the newest. Callable from any thread;
 * the lock is held for a few instructions.
 */
public final class LastErrors {

  static final int PER_USER = 16;
  static final int USERS = 4096;

  /**
   * What went wrong, as a code alone.
   *
   * @param commandType of a refused command, if it could be read
   * @param run of a failed run
   */
  public record LastError(
      Instant at, ErrorCode code, @Nullable String commandType, @Nullable RunId run) {}

  private final Clock clock;
  private final LinkedHashMap<UserId, Deque<LastError>> byUser =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UserId, Deque<LastError>> eldest) {
          return size() > USERS;
        }
      };

  public LastErrors(Clock clock) {
    this.clock = clock;
  }

  /** A command of the user was refused. */
  public void refused(UserId user, ErrorCode code, @Nullable String commandType) {
    add(user, new LastError(clock.instant(), code, commandType, null));
  }

  /** A run of the user failed. */
  public void failed(UserId user, RunId run, ErrorCode code) {
    add(user, new LastError(clock.instant(), code, null, run));
  }

  private synchronized void add(UserId user, LastError error) {
    Deque<LastError> own = byUser.computeIfAbsent(user, first -> new ArrayDeque<>(2));
    if (own.size() == PER_USER) {
      own.removeLast();
    }
    own.addFirst(error);
  }

  /** Those of the user, the newest first. */
  public synchronized List<LastError> of(UserId user) {
    return new ArrayList<>(byUser.getOrDefault(user, new ArrayDeque<>()));
  }

  /** Forgets those of the user. */
  public synchronized void forget(UserId user) {
    byUser.remove(user);
  }
}
