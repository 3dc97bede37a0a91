package dev.parley.gateway.protocol;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A refused request or command. The edges give it its form: an HTTP answer with a problem body (RFC
 * 9457), a {@code rejected} or {@code error} frame, or the close of a connection.
 *
 * @param message for a person; contains no part of a token and no unchecked input
 * @param field a JSON Pointer into the frame or the body of the request
 * @param retryAfter when the same request or command may succeed
 * @param status of the HTTP answer; that of the code, or another that the code allows
 */
public record Refusal(
    ErrorCode code,
    String message,
    @Nullable String field,
    @Nullable Duration retryAfter,
    HttpStatus status) {

  private static final long MILLIS = 1_000;

  public Refusal {
    if (!code.allows(status)) {
      throw new IllegalArgumentException(
          Texts.expected("status", status.name(), "one that " + code.wire() + " allows"));
    }
  }

  /** A refusal of the whole request or command. */
  public static Refusal of(ErrorCode code, String message) {
    return new Refusal(code, message, null, null, code.status());
  }

  /** A refusal because of one field. */
  public static Refusal at(ErrorCode code, String field, String message) {
    return new Refusal(code, message, field, null, code.status());
  }

  /** A refusal that passes by itself. */
  public static Refusal temporary(ErrorCode code, String message, Duration retryAfter) {
    return new Refusal(code, message, null, retryAfter, code.status());
  }

  /** The same refusal because of one field. */
  public Refusal at(String cause) {
    return new Refusal(code, message, cause, retryAfter, status);
  }

  /** The same refusal with another status over HTTP, which the code must allow. */
  public Refusal as(HttpStatus other) {
    return new Refusal(code, message, field, retryAfter, other);
  }

  /** The value of {@code Retry-After} (RFC 9110, section 10.2.3): whole seconds, rounded up. */
  public @Nullable Long retryAfterSeconds() {
    return retryAfter == null ? null : -Math.floorDiv(-retryAfter.toMillis(), MILLIS);
  }
}
