package dev.parley.gateway.log;

/**
 * The time of a decision, epoch milliseconds. The two differ while the wall clock and the monotonic
 * one disagree.
 *
 * @param settledMillis the earlier one: by this things expire
 * @param latestMillis the later one: from this on what is stored is kept, so that a clock that was
 *     behind for a while makes nothing too old
 */
public record Moment(long settledMillis, long latestMillis) {

  /** A time that is not in doubt. */
  public static Moment of(long millis) {
    return new Moment(millis, millis);
  }
}
