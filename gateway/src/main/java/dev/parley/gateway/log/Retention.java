package dev.parley.gateway.log;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Settings;
import java.time.Duration;

/**
 * How long and how much of each thread is retained. The rest is dropped, oldest first, in whole
 * segments: never a part of a run, nothing of an open run, and no queued message.
 *
 * @param age the maximum age of events
 * @param records the maximum of stored records of a thread
 * @param bytes the maximum of bytes of their bodies
 * @param grace how long nothing expires by a wall clock that was set
 */
public record Retention(Duration age, int records, int bytes, Duration grace) {

  private static final long HOUR = Duration.ofHours(1).toMillis();

  /** The defaults of the settings. */
  public static final Retention DEFAULT = Settings.defaults(Retention::read);

  public Retention {
    requireNonNull(age, "age");
    requireNonNull(grace, "grace");
  }

  /** Settings with the default grace period. */
  public Retention(Duration age, int records, int bytes) {
    this(age, records, bytes, DEFAULT.grace());
  }

  public static Retention read(Settings settings) {
    return new Retention(
        settings.get(
            "retention.age",
            "168h",
            Quantities.duration("1m", "87600h"),
            "Maximum age of the events of a thread."),
        settings.get(
            "retention.records",
            "10000",
            Parsers.integer(1, 1_000_000_000),
            "Maximum stored records of a thread. The streamed text of an ended run counts as a"
                + " few."),
        settings.get(
            "retention.bytes",
            "16MiB",
            Quantities.size("1", "2047MiB"),
            "Maximum stored bytes of a thread."),
        settings.get(
            "retention.grace",
            "1h",
            Quantities.duration("0s", "168h"),
            "Time that a changed wall clock must stay before anything expires by it. Changed means"
                + " set while running, or over 1 h from the last time of the store at startup."));
  }

  /** Whether the thread has more than the maximum, whatever its age. */
  public boolean isExceededBy(RetainedSize kept) {
    return kept.records() > records || kept.bytes() > bytes;
  }

  /**
   * Whether the thread is so far above the maximum that trimming pays off. A store that trims on
   * every commit reads more than it drops. A thread may exceed the maximum by 1/32.
   */
  public boolean isWellExceededBy(RetainedSize kept) {
    return kept.records() > (long) records + (records >> 5)
        || kept.bytes() > (long) bytes + (bytes >> 5);
  }

  /**
   * Whether an idle thread has enough after its last segment to close a segment: 1/128 of the
   * maximum, or anything when the maximum is small.
   */
  public boolean isSegment(RetainedSize kept) {
    return kept.openRecords() > records >> 7 || kept.openBytes() > bytes >> 7;
  }

  /** The hour (counted from the epoch) of a time. Expiry works by the hour. */
  public static long hour(long millis) {
    return Math.floorDiv(millis, HOUR);
  }

  /** Events of this time (epoch milliseconds) or earlier are too old. */
  public long oldestMillis(long nowMillis) {
    return nowMillis - age.toMillis();
  }

  /**
   * Whether the thread's oldest segment is to be dropped.
   *
   * @param head the thread's head, whose size includes the segment
   */
  public boolean drops(Segment oldest, ThreadHead head, long nowMillis) {
    boolean hasQueuedMessage =
        !head.queue().isEmpty() && head.queue().get(0).seq() <= oldest.last();
    return !hasQueuedMessage
        && (isExceededBy(head.retained()) || oldest.millis() <= oldestMillis(nowMillis));
  }
}
