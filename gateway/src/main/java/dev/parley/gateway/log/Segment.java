package dev.parley.gateway.log;

import dev.parley.gateway.protocol.RunId;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a thread that is kept or dropped as a whole: it ends where no run is open.
 *
 * @param last the highest seq in it; it begins behind the segment before
 * @param records the stored records in it
 * @param bytes of their bodies
 * @param millis when it ended, epoch milliseconds
 * @param run the run that ended with it
 */
public record Segment(long last, long records, long bytes, long millis, @Nullable RunId run) {

  /** The same as one of this run. */
  Segment of(@Nullable RunId ended) {
    return new Segment(last, records, bytes, millis, ended);
  }

  /** The same when it takes so much less room. */
  public Segment without(long goneRecords, long goneBytes) {
    return new Segment(last, records - goneRecords, bytes - goneBytes, millis, run);
  }
}
