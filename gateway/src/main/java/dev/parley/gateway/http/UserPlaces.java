package dev.parley.gateway.http;

import java.time.Duration;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.UserId;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/**
 * How many calls of a kind a user may have under way at a time, from the request until the socket
 * has taken the answer, so that nobody takes the room of others. Called on every loop.
 */
final class UserPlaces {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final String kind;
  private final int perUser;
  private final ConcurrentMap<UserId, Integer> byUser = new ConcurrentHashMap<>();

  /** So many places for each user, for calls of this kind, which refusals name. */
  UserPlaces(String kind, int perUser) {
    this.kind = kind;
    this.perUser = perUser;
  }

  /**
   * Carries out the call in a place of the user, which is free again when the socket has taken the
   * answer, or when there is none.
   *
   * @throws RefusedException with 429, when there is none
   */
  CompletionStage<Response> within(UserId user, Supplier<CompletionStage<Response>> call) {
    enter(user);
    CompletionStage<Response> answer;
    try {
      answer = call.get();
    } catch (RuntimeException e) {
      leave(user);
      throw e;
    }
    return answer.whenComplete(
        (response, failure) -> {
          if (response == null) {
            leave(user);
          } else {
            response.onSent(written -> written.addListener(taken -> leave(user)));
          }
        });
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
          Refusal.temporary(
              ErrorCode.QUOTA_EXCEEDED,
              kind + ": too many at a time (expected: at most " + perUser + ")",
              RETRY_AFTER));
    }
  }

  void leave(UserId user) {
    byUser.computeIfPresent(user, (key, count) -> count == 1 ? null : count - 1);
  }

  /** How many calls are under way of a user. */
  int taken(UserId user) {
    return byUser.getOrDefault(user, 0);
  }
}
