package dev.parley.gateway.alert;

import dev.parley.gateway.alert.SlidingCounts.Counts;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Something must not happen more often than this in a minute. */
final class RateCondition implements Condition {

  private static final Duration WINDOW = Duration.ofMinutes(1);

  private final String name;
  private final String subject;
  private final int limit;
  private final LongSupplier counter;
  private final SlidingCounts window = new SlidingCounts(WINDOW);

  /**
   * A condition.
   *
   * @param subject what happens, for its text: {@code connection errors}
   * @param counter only grows
   */
  RateCondition(String name, String subject, int limit, LongSupplier counter) {
    this.name = name;
    this.subject = subject;
    this.limit = limit;
    this.counter = counter;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Reading read(long nanos) {
    long count = window.growth(nanos, new Counts(0, counter.getAsLong())).bad();
    String text = count + " " + subject + " within a minute (expected: at most " + limit + ")";
    return new Reading(count > limit, count, limit, text);
  }
}
