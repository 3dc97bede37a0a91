package dev.parley.gateway.http;

import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Problem;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.UserId;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many pages of events may be in memory at a time, from the read until the socket has taken
 * them: of one user, so that nobody takes the places of others, and in all. Called on every loop.
 */
final class PagePlaces {

  private static final int RETRY_SECONDS = 1;

  private final int perUser;
  private final int total;
  private final AtomicInteger taken = new AtomicInteger();
  private final ConcurrentMap<UserId, Integer> byUser = new ConcurrentHashMap<>();

  PagePlaces(int perUser, int total) {
    this.perUser = perUser;
    this.total = total;
  }

  /**
   * Takes a place; {@link #leave} must follow.
   *
   * @throws RefusedException with 429 or 503, when there is none
   */
  void enter(UserId user) {
    boolean isOfMany = byUser.merge(user, 1, Integer::sum) > perUser;
    boolean isFull = taken.incrementAndGet() > total;
    if (isOfMany || isFull) {
      leave(user);
      throw new RefusedException(
          isOfMany
              ? Problem.retryAfter(
                  429,
                  ErrorCode.QUOTA_EXCEEDED,
                  "pages: too many at a time (expected: at most " + perUser + ")",
                  RETRY_SECONDS)
              : Problem.retryAfter(
                  503, ErrorCode.OVERLOADED, "pages: no room for another now", RETRY_SECONDS));
    }
  }

  void leave(UserId user) {
    taken.decrementAndGet();
    byUser.computeIfPresent(user, (key, count) -> count == 1 ? null : count - 1);
  }

  int taken() {
    return taken.get();
  }
}
