package dev.parley.gateway.agent.upstream;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spares a service that is ill: after five failures in a row it lets no attempt pass for a while,
 * then one, whose result decides. Only what says that the service is ill counts: it cannot be
 * reached, does not begin to answer, or answers 5xx. Callable from any thread.
 */
final class CircuitBreaker {

  private static final Logger LOG = LoggerFactory.getLogger(CircuitBreaker.class);
  private static final int FAILURES = 5;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
  private static final Duration MAX_PAUSE = Duration.ofMinutes(2);

  private final String agent;
  private final UpstreamTime time;
  private int failures;
  private Duration pause = FIRST_PAUSE;
  private long retryAt;
  private boolean open;
  private boolean trying;

  CircuitBreaker(String agent, UpstreamTime time) {
    this.agent = agent;
    this.time = time;
  }

  /**
   * Lets an attempt pass, whose end must then be told.
   *
   * @return null if it may pass; else the time until one may
   */
  synchronized @Nullable Duration refusal() {
    if (!open) {
      return null;
    }
    Duration left = Duration.ofNanos(retryAt - time.nanoTime());
    if (!trying && (left.isZero() || left.isNegative())) {
      trying = true;
      return null;
    }
    return left.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : left;
  }

  /** The service has answered. */
  synchronized void succeeded() {
    if (open) {
      LOG.info("agent {}: its service answers again", agent);
    }
    open = false;
    trying = false;
    failures = 0;
    pause = FIRST_PAUSE;
  }

  /** The attempt has ended, and says nothing about the service. */
  synchronized void undecided() {
    trying = false;
  }

  synchronized boolean isOpen() {
    return open;
  }

  synchronized void failed() {
    failures++;
    if (open && trying) {
      Duration doubled = pause.multipliedBy(2);
      pause = doubled.compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : doubled;
    } else if (open || failures < FAILURES) {
      return;
    }
    open = true;
    trying = false;
    retryAt = time.nanoTime() + pause.toNanos();
    LOG.warn("agent {}: its service is ill, asked again in {} s", agent, pause.toSeconds());
  }
}
