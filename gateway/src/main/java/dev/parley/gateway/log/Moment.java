package dev.parley.gateway.log;

/**
 * The time of a decision in epoch milliseconds. Both values differ while the wall clock and the
 * monotonic clock disagree.
 *
 * @param settledMillis the earlier time; expiry is decided by it
 * @param latestMillis the later time; stored as the time of new records, so that a clock that was
 *     slow for a while does not make them expire early
 */
public record Moment(long settledMillis, long latestMillis) {

  /** A time on which both clocks agree. */
  public static Moment of(long millis) {
    return new Moment(millis, millis);
  }
}
