package dev.parley.gateway.tests.support;

import java.time.Duration;

/** Timeouts of the tests. They bound only a failure: no result depends on speed. */
public final class Bounds {
  /** For one condition to become true on a busy machine. */
  public static final Duration TIMEOUT = Duration.ofSeconds(60);

  private Bounds() {}
}
