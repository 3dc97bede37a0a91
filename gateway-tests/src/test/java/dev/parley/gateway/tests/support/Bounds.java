package dev.parley.gateway.tests.support;

import java.time.Duration;

/** How long a test waits before it gives up; no test passes or fails by being quick. */
public final class Bounds {
  /** For one thing to happen on a machine that has much else to do. */
  public static final Duration PATIENCE = Duration.ofSeconds(20);

  private Bounds() {}
}
