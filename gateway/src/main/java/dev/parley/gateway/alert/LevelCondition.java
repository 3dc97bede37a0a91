package dev.parley.gateway.alert;

import java.time.Duration;
import java.util.function.DoubleFunction;
import java.util.function.DoubleSupplier;

/** A level must not stay above its limit for a whole period. */
final class LevelCondition implements Condition {

  /**
   * What the level may be.
   *
   * @param period a level that was once at the limit or below within it is good
   * @param shown a value with its unit
   */
  record Goal(double limit, Duration period, DoubleFunction<String> shown) {}

  private final String name;
  private final String subject;
  private final Goal goal;
  private final DoubleSupplier level;
  private boolean isAbove;
  private long aboveSince;

  /**
   * A condition.
   *
   * @param subject the level, for its text: {@code heap in use}
   * @param level NaN if it cannot be read
   */
  LevelCondition(String name, String subject, Goal goal, DoubleSupplier level) {
    this.name = name;
    this.subject = subject;
    this.goal = goal;
    this.level = level;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Reading read(long nanos) {
    double value = level.getAsDouble();
    boolean wasAbove = isAbove;
    isAbove = value > goal.limit();
    if (isAbove && !wasAbove) {
      aboveSince = nanos;
    }
    boolean isBad = isAbove && nanos - aboveSince >= goal.period().toNanos();
    String shown = goal.shown().apply(value);
    String text =
        subject + ": " + shown + " (expected: at most " + goal.shown().apply(goal.limit()) + ")";
    return new Reading(isBad, value, goal.limit(), text);
  }
}
