package dev.parley.gateway.protocol;

import java.time.Duration;

/** A refusal of the rate limit; goes when its last caller makes a {@link Refusal}. */
public record Problem(ErrorCode code, String detail, int retryAfterSeconds) {

  /** A problem that passes by itself. */
  public static Problem retryAfter(int status, ErrorCode code, String detail, int seconds) {
    return new Problem(code, detail, seconds);
  }

  Refusal refusal() {
    return Refusal.temporary(code, detail, Duration.ofSeconds(retryAfterSeconds));
  }
}
