package dev.parley.gateway.http;

import dev.parley.gateway.limit.Slots;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.UserId;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Limits how many calls of one kind a user has in flight, from the request until the socket has
 * taken the answer. Callable from any loop.
 */
final class ConcurrencyLimit {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final String kind;
  private final Slots<UserId> slots;

  /** Allows each user {@code maxPerUser} calls at a time; {@code kind} names them in refusals. */
  ConcurrencyLimit(String kind, int maxPerUser) {
    this.kind = kind;
    this.slots = new Slots<>(maxPerUser);
  }

  /**
   * Runs the call in a slot of the user. The slot is free again when the socket has taken the
   * answer, or when the call fails.
   *
   * @throws RefusedException with 429 when the user has no free slot
   */
  CompletionStage<Response> run(UserId user, Supplier<CompletionStage<Response>> call) {
    acquire(user);
    CompletionStage<Response> answer;
    try {
      answer = call.get();
    } catch (RuntimeException | Error e) {
      release(user);
      throw e;
    }
    return answer.whenComplete(
        (response, failure) -> {
          if (response == null) {
            release(user);
          } else {
            response.onSent(written -> written.addListener(taken -> release(user)));
          }
        });
  }

  /**
   * Takes a place; {@link #release} must follow.
   *
   * @throws RefusedException with 429 when the user has no free slot
   */
  void acquire(UserId user) {
    if (!slots.tryTake(user)) {
      throw new RefusedException(
          Refusal.temporary(
              ErrorCode.QUOTA_EXCEEDED,
              kind + ": too many at a time (expected: at most " + slots.perKey() + ")",
              RETRY_AFTER));
    }
  }

  void release(UserId user) {
    slots.release(user);
  }

  /** The number of calls that the user has in flight. */
  int inFlight(UserId user) {
    return slots.taken(user);
  }
}
