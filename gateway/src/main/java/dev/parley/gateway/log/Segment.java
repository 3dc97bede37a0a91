package dev.parley.gateway.log;

import dev.parley.gateway.protocol.RunId;
import org.jspecify.annotations.Nullable;

/**
 * A part of a thread that is retained or dropped as a whole. It ends where no run is open.
 *
 * @param last its highest seq; it begins after the segment before
 * @param records the stored records in it
 * @param bytes the bytes of their bodies
 * @param millis when it ended, epoch milliseconds
 * @param run the run that ended with it
 */
public record Segment(long last, long records, long bytes, long millis, @Nullable RunId run) {

  /** The same segment with this run. */
  Segment of(@Nullable RunId ended) {
    return new Segment(last, records, bytes, millis, ended);
  }

  /** The same segment when so much of it was merged away. */
  public Segment without(long droppedRecords, long droppedBytes) {
    return new Segment(last, records - droppedRecords, bytes - droppedBytes, millis, run);
  }
}
