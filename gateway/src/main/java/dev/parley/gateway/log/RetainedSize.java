package dev.parley.gateway.log;

/**
 * How much of a thread is retained.
 *
 * @param records the stored records; one record may hold a range of events
 * @param bytes the bytes of their bodies and of what is hidden with them
 * @param openRecords the records after the last {@link Segment}
 * @param openBytes the bytes of those records
 */
public record RetainedSize(long records, long bytes, long openRecords, long openBytes) {

  public static final RetainedSize NONE = new RetainedSize(0, 0, 0, 0);

  /** The size with one more event after the last segment. */
  RetainedSize plus(NewEvent event) {
    int length = event.bytes();
    return new RetainedSize(records + 1, bytes + length, openRecords + 1, openBytes + length);
  }

  /** The size when all records belong to segments. */
  RetainedSize closed() {
    return new RetainedSize(records, bytes, 0, 0);
  }

  /** The size when so much of the segments is dropped. */
  public RetainedSize without(long droppedRecords, long droppedBytes) {
    return new RetainedSize(records - droppedRecords, bytes - droppedBytes, openRecords, openBytes);
  }
}
