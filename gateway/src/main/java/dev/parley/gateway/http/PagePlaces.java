package dev.parley.gateway.http;

import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Problem;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.UserId;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * How many pages of events a user may have under way at a time, from the request until the socket
 * has taken them, so that nobody takes the room of others. Called on every loop.
 */
final class PagePlaces {

  private static final int RETRY_SECONDS = 1;

  private final int perUser;
  private final ConcurrentMap<UserId, Integer> byUser = new ConcurrentHashMap<>();

  PagePlaces(int perUser) {
    this.perUser = perUser;
  }

  /**
   * Takes a place; {@link #leave} must follow.
   *
   * @throws RefusedException with 429, when there is none
   */
  void enter(UserId user) {
    if (byUser.merge(user, 1, Integer::sum) > perUser) {
      leave(user);
      throw new RefusedException(
          Problem.retryAfter(
              429,
              ErrorCode.QUOTA_EXCEEDED,
              "pages: too many at a time (expected: at most " + perUser + ")",
              RETRY_SECONDS));
    }
  }

  void leave(UserId user) {
    byUser.computeIfPresent(user, (key, count) -> count == 1 ? null : count - 1);
  }

  /** How many pages are under way of a user. */
  int taken(UserId user) {
    return byUser.getOrDefault(user, 0);
  }
}
