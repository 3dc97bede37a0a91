package dev.parley.gateway.monitor;

import java.time.Duration;

/** How far back a history goes, and how fine it is. */
public enum HistorySpan {
  HOUR(Duration.ofHours(1), Duration.ofSeconds(5)),
  DAY(Duration.ofHours(24), Duration.ofMinutes(1));

  private final Duration length;
  private final Duration step;

  HistorySpan(Duration length, Duration step) {
    this.length = length;
    this.step = step;
  }

  public Duration length() {
    return length;
  }

  public Duration step() {
    return step;
  }

  int slots() {
    return (int) length.dividedBy(step);
  }
}
