package dev.parley.gateway.log;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.config.Key;
import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.Settings;
import java.time.Duration;
import java.util.List;

/**
 * How long and how much is kept of each thread. What is beyond goes oldest first, in whole
 * segments: never a part of a run, nothing of an open one, and no message that still waits.
 *
 * @param records the stored records
 * @param bytes of their bodies
 * @param grace how long nothing expires by a clock that was set
 */
public record Retention(Duration age, int records, int bytes, Duration grace) {

  private static final long HOUR = Duration.ofHours(1).toMillis();

  private static final Key<Duration> AGE =
      Key.of(
          "retention.age",
          "168h",
          Quantities.duration("1m", "87600h"),
          "Time that the events of a thread are kept.");

  private static final Key<Integer> RECORDS =
      Key.of(
          "retention.records",
          "10000",
          Parsers.integer(1, 1_000_000_000),
          "Stored records of a thread that are kept; the streamed text of an ended run counts"
              + " as a few.");

  private static final Key<Integer> BYTES =
      Key.of(
          "retention.bytes",
          "16MiB",
          Quantities.size("1", "2047MiB"),
          "Bytes of a thread that are kept.");

  private static final Key<Duration> GRACE =
      Key.of(
          "retention.grace",
          "1h",
          Quantities.duration("0s", "168h"),
          "Time that a clock that was set, or differs by over 1 h from the last time of the store,"
              + " must stay so before anything expires by it.");

  public static final List<Setting> KEYS = List.of(AGE, RECORDS, BYTES, GRACE);

  /** What holds when nothing is configured. */
  public static final Retention DEFAULT =
      new Retention(AGE.fallback(), RECORDS.fallback(), BYTES.fallback(), GRACE.fallback());

  public Retention {
    requireNonNull(age, "age");
    requireNonNull(grace, "grace");
  }

  /** With the grace period that is the default. */
  public Retention(Duration age, int records, int bytes) {
    this(age, records, bytes, GRACE.fallback());
  }

  public static Retention read(Settings settings, Problems problems) {
    return new Retention(
        settings.get(AGE, problems),
        settings.get(RECORDS, problems),
        settings.get(BYTES, problems),
        settings.get(GRACE, problems));
  }

  /** Whether there is more of the thread than is kept, of whatever age. */
  public boolean isExceededBy(RetainedSize kept) {
    return kept.records() > records || kept.bytes() > bytes;
  }

  /**
   * Whether there is so much more that trimming pays: a store that trims on every commit reads more
   * than it drops. A thread may hold one part in 32 more than is kept.
   */
  public boolean isWellExceededBy(RetainedSize kept) {
    return kept.records() > (long) records + (records >> 5)
        || kept.bytes() > (long) bytes + (bytes >> 5);
  }

  /**
   * Whether so much of an idle thread lies behind its last segment that it should be one: one part
   * in 128 of what is kept, or all of it when little is kept.
   */
  public boolean isSegment(RetainedSize kept) {
    return kept.openRecords() > records >> 7 || kept.openBytes() > bytes >> 7;
  }

  /** The hour (counted from the epoch) of a time: what expires goes by it. */
  public static long hour(long millis) {
    return Math.floorDiv(millis, HOUR);
  }

  /** What ended at this time (epoch milliseconds) or before is too old. */
  public long oldestMillis(long nowMillis) {
    return nowMillis - age.toMillis();
  }

  /**
   * Whether the thread's oldest segment is to go.
   *
   * @param head the thread's, which tells how much is kept with the segment
   */
  public boolean drops(Segment oldest, ThreadHead head, long nowMillis) {
    boolean waits = !head.queue().isEmpty() && head.queue().get(0).seq() <= oldest.last();
    return !waits && (isExceededBy(head.retained()) || oldest.millis() <= oldestMillis(nowMillis));
  }
}
