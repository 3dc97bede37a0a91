package dev.parley.gateway.user.run;

import java.time.Duration;

/**
 * The waits between attempts that fail: a second, then twice the one before, at most a minute. For
 * one thread.
 */
final class RetryDelays {

  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LAST = Duration.ofMinutes(1);

  private Duration next = FIRST;

  /** The wait before the next attempt. */
  Duration next() {
    Duration now = next;
    Duration twice = now.multipliedBy(2);
    next = twice.compareTo(LAST) < 0 ? twice : LAST;
    return now;
  }
}
