package dev.parley.gateway.log;

/**
 * How much is kept of a thread.
 *
 * @param records the stored records, of which one may hold a range of events
 * @param bytes of their bodies
 * @param openRecords those of them behind the last {@link Segment}
 * @param openBytes of the bodies of these
 */
public record Kept(long records, long bytes, long openRecords, long openBytes) {

  public static final Kept NOTHING = new Kept(0, 0, 0, 0);

  /** One more event, behind the last segment. */
  Kept with(NewEvent event) {
    int length = event.body().length;
    return new Kept(records + 1, bytes + length, openRecords + 1, openBytes + length);
  }

  /** The same when all belongs to segments. */
  Kept closed() {
    return new Kept(records, bytes, 0, 0);
  }

  /** What is left when so much of the segments is gone. */
  public Kept without(long goneRecords, long goneBytes) {
    return new Kept(records - goneRecords, bytes - goneBytes, openRecords, openBytes);
  }
}
