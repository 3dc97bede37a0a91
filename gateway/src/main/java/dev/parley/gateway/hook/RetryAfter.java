package dev.parley.gateway.hook;

import io.netty.handler.codec.DateFormatter;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.jspecify.annotations.Nullable;

/** The header {@code Retry-After}: seconds, or a date (RFC 9110, section 10.2.3). */
public final class RetryAfter {

  private static final Duration MAX = Duration.ofHours(1);
  private static final int MAX_DIGITS = 9;

  private RetryAfter() {}

  /**
   * The time to wait, at most an hour.
   *
   * @return null for a value that says nothing
   */
  public static @Nullable Duration parse(@Nullable String value, Instant now) {
    if (value == null || value.isBlank()) {
      return null;
    }
    String text = value.strip();
    if (text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return text.length() > MAX_DIGITS ? MAX : bounded(Duration.ofSeconds(Long.parseLong(text)));
    }
    Date date = DateFormatter.parseHttpDate(text);
    return date == null ? null : bounded(Duration.between(now, date.toInstant()));
  }

  private static Duration bounded(Duration wait) {
    if (wait.isNegative()) {
      return Duration.ZERO;
    }
    return wait.compareTo(MAX) > 0 ? MAX : wait;
  }
}
