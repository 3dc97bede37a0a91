package dev.parley.gateway.alert;

/** Something that must hold. Used by one thread, that of the {@link Alerts}. */
public interface Condition {

  /** The name of its alert, for example {@code connection_errors}. */
  String name();

  /**
   * Reads how things are.
   *
   * @param nanos the present time of a monotonic clock
   */
  Reading read(long nanos);

  /** More about the last reading, for the log alone: lines, or nothing. Read when it fires. */
  default String detail() {
    return "";
  }

  /**
   * How things are.
   *
   * @param value in the unit of the condition; NaN if there is nothing to say
   * @param limit the value at which it is still well
   * @param text one sentence with both, for people
   */
  record Reading(boolean isBad, double value, double limit, String text) {}
}
