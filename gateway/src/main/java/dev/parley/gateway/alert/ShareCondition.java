package dev.parley.gateway.alert;

import dev.parley.gateway.alert.SlidingCounts.Counts;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * A share of what was counted within a window must not be bad: of messages too slow, of runs
 * failed. The reading is in burn: 1 spends the whole error budget, the share that may be bad, as
 * fast as it is granted (Site Reliability Workbook, "Alerting on SLOs").
 */
final class ShareCondition implements Condition {

  private static final double PERCENT = 100;

  /**
   * What may be bad.
   *
   * @param budget the share that may be bad, between 0 and 1
   * @param minCount fewer in a window say nothing
   */
  record Goal(double budget, Duration window, int minCount) {}

  private final String name;
  private final String subject;
  private final Goal goal;
  private final Supplier<Counts> counted;
  private final SlidingCounts window;

  /**
   * A condition.
   *
   * @param subject what is bad, for its text: {@code messages took longer than 1s}
   * @param counted gives what was counted since the start
   */
  ShareCondition(String name, String subject, Goal goal, Supplier<Counts> counted) {
    this.name = name;
    this.subject = subject;
    this.goal = goal;
    this.counted = counted;
    this.window = new SlidingCounts(goal.window());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Reading read(long nanos) {
    Counts growth = window.growth(nanos, counted.get());
    double share = growth.all() == 0 ? 0 : (double) growth.bad() / growth.all();
    boolean isBad = growth.all() >= goal.minCount() && share > goal.budget();
    String text =
        String.format(
            Locale.ROOT,
            "%.2f %% of %d: %s, in %d s (expected: at most %.2f %%)",
            share * PERCENT,
            growth.all(),
            subject,
            goal.window().toSeconds(),
            goal.budget() * PERCENT);
    return new Reading(isBad, share / goal.budget(), 1, text);
  }
}
