package dev.parley.gateway.log;

/**
 * How much is kept of a thread.
 *
 * @param records the stored records, of which one may hold a range of events
 * @param bytes of their bodies
 * @param openRecords those of them behind the last {@link Segment}
 * @param openBytes of the bodies of these
 */
public record RetainedSize(long records, long bytes, long openRecords, long openBytes) {

  public static final RetainedSize NONE = new RetainedSize(0, 0, 0, 0);

  /** One more event, behind the last segment. */
  RetainedSize with(NewEvent event) {
    int length = event.body().length;
    return new RetainedSize(records + 1, bytes + length, openRecords + 1, openBytes + length);
  }

  /** The same when all belongs to segments. */
  RetainedSize closed() {
    return new RetainedSize(records, bytes, 0, 0);
  }

  /** What is left when so much of the segments is gone. */
  public RetainedSize without(long goneRecords, long goneBytes) {
    return new RetainedSize(records - goneRecords, bytes - goneBytes, openRecords, openBytes);
  }
}
