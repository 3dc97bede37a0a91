package dev.parley.gateway.tests.support;

import static dev.parley.gateway.tests.support.Bounds.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the gateways of this JVM hold in memory for users, compared with an earlier moment. */
public final class Leftovers {
  /**
   * Classes whose instances the gateway holds for a user, a connection, a subscribed thread and a
   * run.
   */
  private static final List<String> OF_A_USER =
      List.of(
          "dev.parley.gateway.user.UserContext",
          "dev.parley.gateway.user.read.Reader",
          "dev.parley.gateway.user.thread.ThreadState",
          "dev.parley.gateway.user.read.Subscription",
          "dev.parley.gateway.user.run.Run",
          "dev.parley.gateway.transport.Connection",
          "dev.parley.gateway.limit.ByteAccount");

  private final Map<String, Long> before;

  private Leftovers(Map<String, Long> before) {
    this.before = before;
  }

  /** Counts what is there now. */
  public static Leftovers fromNow() {
    return new Leftovers(HeapHistogram.instances(OF_A_USER));
  }

  /** Waits until there is no more of any class than there was. */
  public void awaitNone() {
    await().untilAsserted(() -> assertThat(more()).as("left in memory").isEmpty());
  }

  private Map<String, Long> more() {
    Map<String, Long> more = new TreeMap<>(HeapHistogram.instances(OF_A_USER));
    more.entrySet().removeIf(now -> now.getValue() <= before.getOrDefault(now.getKey(), 0L));
    return more;
  }
}
