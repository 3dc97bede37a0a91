package dev.parley.gateway.http;

import dev.parley.gateway.log.DamagedRecordException;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RefusedException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes answers of what the log returns. */
final class LogResponses {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private LogResponses() {}

  /** Makes the answer on the request's loop. When the log fails, the answer is 503. */
  static <T> CompletionStage<Response> of(
      CompletionStage<T> result, Request request, Function<T, Response> answer) {
    return result.handleAsync(
        (value, failure) -> {
          if (failure != null) {
            throw refusal(failure);
          }
          return answer.apply(value);
        },
        request.loop());
  }

  /**
   * Answers once the log has done this, on the request's loop. When it fails, the answer is 503.
   */
  static CompletionStage<Response> after(
      CompletionStage<?> first, Request request, Supplier<CompletionStage<Response>> answer) {
    return first
        .handleAsync(
            (done, failure) -> {
              if (failure != null) {
                throw refusal(failure);
              }
              return answer.get();
            },
            request.loop())
        .thenCompose(answered -> answered);
  }

  /** What was read; empty if its record is damaged, so that the rest can be shown all the same. */
  static <T> CompletionStage<Optional<T>> withoutDamaged(CompletionStage<Optional<T>> read) {
    return read.exceptionally(
        failure -> {
          requireDamaged(failure);
          return Optional.empty();
        });
  }

  /**
   * Passes over a damaged record.
   *
   * @throws CompletionException with any other failure, also with none
   */
  static void requireDamaged(@Nullable Throwable failure) {
    Throwable known = failure == null ? new IllegalStateException("page: none") : failure;
    if (DamagedRecordException.in(known).isEmpty()) {
      throw known instanceof CompletionException wrapped ? wrapped : new CompletionException(known);
    }
  }

  private static RuntimeException refusal(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof LogException
        ? new RefusedException(
            Refusal.temporary(ErrorCode.OVERLOADED, "The log does not answer.", RETRY_AFTER))
        : new CompletionException(cause);
  }
}
