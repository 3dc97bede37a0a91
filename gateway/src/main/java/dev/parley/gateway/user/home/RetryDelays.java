package dev.parley.gateway.user.home;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The waits between attempts that fail: a second, then twice the one before, up to a maximum. Each
 * is up to a quarter shorter, so that those who failed together do not try again together. For one
 * thread.
 */
public final class RetryDelays {

  private static final Duration FIRST = Duration.ofSeconds(1);

  private final Duration last;
  private Duration next = FIRST;

  /** Waits of at most this length, at least a second. */
  public RetryDelays(Duration last) {
    this.last = last;
  }

  /** The wait before the next attempt. */
  public Duration next() {
    long now = next.toMillis();
    Duration twice = next.multipliedBy(2);
    next = twice.compareTo(last) < 0 ? twice : last;
    return Duration.ofMillis(now - ThreadLocalRandom.current().nextLong(now / 4 + 1));
  }

  /** An attempt was successful: the next wait is a second again. */
  public void reset() {
    next = FIRST;
  }
}
