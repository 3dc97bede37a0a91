package dev.parley.gateway.transport;

import dev.parley.gateway.limit.SocketEvent;
import dev.parley.gateway.limit.SocketSlot;
import dev.parley.gateway.limit.SocketSlots;
import dev.parley.gateway.monitor.Metrics;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts and logs why sockets are refused or closed and which setting causes it, for each reason
 * once in ten seconds. Called on every loop.
 */
final class SocketLog {

  /** A reason; its text begins with the setting. */
  enum Fact {
    ADDRESS_FULL(
        "limits.unauthenticated_per_address: one address has this many sockets without a user; on"
            + " more only health checks are answered"),
    IDLE_CLOSED(
        "limits.unauthenticated_per_address: one address has this many sockets without a user; the"
            + " oldest idle one is closed for each new one"),
    ALL_FULL(
        "limits.connections: this many sockets are open; on more only health checks are answered"),
    OLDEST_CLOSED(
        "limits.connections: half of this many sockets have no user; the oldest is closed for each"
            + " new one"),
    CALLER_CLOSED(
        "HTTP sockets of one user: "
            + SocketSlots.MAX_PER_USER
            + " are open; the oldest idle one is closed"),
    FULL_CLOSED(
        "limits.connections: this many sockets are open; the oldest idle HTTP socket of a user is"
            + " closed for each new one"),
    OPS_FULL(
        "ops.port: sockets of operators: "
            + OpsInitializer.SOCKETS
            + " are open, half of them without a token of an operator, or "
            + SocketSlots.MAX_PER_USER
            + " of one operator; the oldest is closed, or on more only health checks are answered"),
    NO_PROXY(
        "server.proxy_protocol: a connection that is not from server.trusted_proxies is closed"),
    NO_HEADER("server.proxy_protocol: a connection without a PROXY header is closed");

    private final String text;

    Fact(String text) {
      this.text = text;
    }

    private static Fact of(SocketEvent event) {
      return switch (event) {
        case ADDRESS_FULL -> ADDRESS_FULL;
        case ALL_FULL -> ALL_FULL;
        case IDLE_EVICTED -> IDLE_CLOSED;
        case OLDEST_EVICTED -> OLDEST_CLOSED;
        case CALLER_EVICTED -> CALLER_CLOSED;
        case FULL_EVICTED -> FULL_CLOSED;
      };
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(SocketLog.class);
  private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final LongSupplier nanoTime;
  private final Metrics metrics;
  private final Map<Fact, Count> counts = new EnumMap<>(Fact.class);

  /** The occurrences since the last line, and the time of that line. */
  private static final class Count {
    private long since;
    private long times;
    private boolean isLogged;
  }

  SocketLog(LongSupplier nanoTime, Metrics metrics) {
    this.metrics = metrics;
    this.nanoTime = nanoTime;
    Arrays.stream(Fact.values()).forEach(fact -> counts.put(fact, new Count()));
  }

  /**
   * Counts an occurrence, and logs a line if none was logged within ten seconds.
   *
   * @param whose address or user
   */
  void say(Fact fact, Object whose) {
    metrics.socketLimited(fact.name());
    line(fact, whose).ifPresent(LOG::warn);
  }

  /** The same for what happened to a socket's slot. */
  void say(SocketEvent event, SocketSlot socket) {
    say(Fact.of(event), socket);
  }

  /** The line to log now; empty if there is none. */
  synchronized Optional<String> line(Fact fact, Object whose) {
    Count count = counts.computeIfAbsent(fact, key -> new Count());
    count.times++;
    long now = nanoTime.getAsLong();
    if (count.isLogged && now - count.since < PERIOD_NANOS) {
      return Optional.empty();
    }
    String line = fact.text + " (" + whose + "; " + count.times + " since the last such line)";
    count.since = now;
    count.times = 0;
    count.isLogged = true;
    return Optional.of(line);
  }
}
