package dev.parley.gateway.tests.support;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Timeouts of the tests. They bound only a failure: no result depends on speed. */
public final class Bounds {
  /** For one condition to become true on a busy machine. */
  public static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** Whether tests run in their long variants: {@code scripts/test --all}. */
  public static final boolean FULL = Boolean.getBoolean("parley.test.full");

  private static final Duration POLL = Duration.ofMillis(10);

  private Bounds() {}

  /** A wait for a condition, which is looked at immediately and then every few milliseconds. */
  public static ConditionFactory await() {
    return Awaitility.await().atMost(TIMEOUT).pollDelay(Duration.ZERO).pollInterval(POLL);
  }

  /** The same; a failure has this name. */
  public static ConditionFactory await(String name) {
    return await().alias(name);
  }
}
