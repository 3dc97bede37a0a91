package dev.parley.gateway.protocol;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An error object: what a client sees of a refusal. {@code field} is a JSON Pointer into the frame;
 * {@code retryAfterMillis} says when the same command may succeed.
 */
public record ErrorBody(
    ErrorCode code, String message, @Nullable String field, @Nullable Long retryAfterMillis) {

  /** An error that names no field. */
  public static ErrorBody of(ErrorCode code, String message) {
    return new ErrorBody(code, message, null, null);
  }

  /** An error of one field of the frame. */
  public static ErrorBody at(ErrorCode code, String field, String message) {
    return new ErrorBody(code, message, field, null);
  }

  /** An error that passes by itself. */
  public static ErrorBody retryAfter(ErrorCode code, String message, long millis) {
    return new ErrorBody(code, message, null, millis);
  }

  /** The same as a refusal. */
  public Refusal refusal() {
    Duration after = retryAfterMillis == null ? null : Duration.ofMillis(retryAfterMillis);
    return new Refusal(code, message, field, after, code.status());
  }
}
