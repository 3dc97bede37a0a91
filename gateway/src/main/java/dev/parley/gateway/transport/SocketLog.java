package dev.parley.gateway.transport;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says why sockets are refused or closed and which setting is behind it, for each reason once in
 * ten seconds. Called on every loop.
 */
final class SocketLog {

  /** A reason; the text begins with the setting. */
  enum Fact {
    ADDRESS_FULL(
        "limits.unauthenticated_per_address: one address has as many sockets without a user; of"
            + " more only health checks are answered"),
    IDLE_CLOSED(
        "limits.unauthenticated_per_address: one address has as many sockets without a user; the"
            + " oldest idle one is closed for each new one"),
    ALL_FULL(
        "limits.connections: there are as many sockets; of more only health checks are answered"),
    OLDEST_CLOSED(
        "limits.connections: sockets without a user hold all that they may together; the oldest"
            + " is closed for each new one"),
    CALLER_CLOSED("HTTP sockets of one user: there are 32; the oldest idle one is closed"),
    NO_PROXY(
        "server.proxy_protocol: a connection that does not come from one of server.trusted_proxies"
            + " is closed"),
    NO_HEADER(
        "server.proxy_protocol: a connection that does not begin with a PROXY header is closed");

    private final String text;

    Fact(String text) {
      this.text = text;
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(SocketLog.class);
  private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final LongSupplier nanoTime;
  private final Map<Fact, Count> counts = new EnumMap<>(Fact.class);

  /** How often it was so since the last line, and when that was. */
  private static final class Count {
    private long since;
    private long times;
    private boolean isSaid;
  }

  SocketLog(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    Arrays.stream(Fact.values()).forEach(fact -> counts.put(fact, new Count()));
  }

  /**
   * It has happened again.
   *
   * @param whose address or user
   */
  void say(Fact fact, Object whose) {
    line(fact, whose).ifPresent(LOG::warn);
  }

  /** What is to be said of it now, if anything. */
  synchronized Optional<String> line(Fact fact, Object whose) {
    Count count = counts.computeIfAbsent(fact, key -> new Count());
    count.times++;
    long now = nanoTime.getAsLong();
    if (count.isSaid && now - count.since < PERIOD_NANOS) {
      return Optional.empty();
    }
    String line = fact.text + " (" + whose + "; " + count.times + " since the last such line)";
    count.since = now;
    count.times = 0;
    count.isSaid = true;
    return Optional.of(line);
  }
}
