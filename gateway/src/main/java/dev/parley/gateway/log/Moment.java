package dev.parley.gateway.log;

/**
 * The time of a decision, epoch milliseconds.
 *
 * @param millis what the wall clock says
 * @param settledMillis by which things expire: not later than the wall clock, and not later than
 *     the monotonic clock says while the two disagree
 * @param latestMillis the later of the two
 */
public record Moment(long millis, long settledMillis, long latestMillis) {

  /** A time that is not in doubt. */
  public static Moment of(long millis) {
    return new Moment(millis, millis, millis);
  }
}
