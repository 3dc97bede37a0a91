package dev.parley.gateway.http;

import java.time.Duration;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RefusedException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** What the log says, as an answer. */
final class LogAnswers {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private LogAnswers() {}

  /** Puts the answer together on the request's loop; a log that does not answer is a 503. */
  static <T> CompletionStage<Response> of(
      CompletionStage<T> said, Request request, Function<T, Response> answer) {
    return said.handleAsync(
        (value, failure) -> {
          if (failure != null) {
            throw refusal(failure);
          }
          return answer.apply(value);
        },
        request.loop());
  }

  private static RuntimeException refusal(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof LogException
        ? new RefusedException(
            Refusal.temporary(ErrorCode.OVERLOADED, "The log does not answer.", RETRY_AFTER))
        : new CompletionException(cause);
  }
}
