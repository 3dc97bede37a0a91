package dev.parley.gateway.log;

import java.util.List;

/**
 * How much is kept of all threads of a user. It follows from the heads of the threads alone.
 *
 * @param bytes of the stored records: their bodies, and {@value #RECORD} for each
 * @param threads that hold at least one event
 */
public record Usage(long bytes, long threads) {

  /** What a record counts beside its body: about what its key and its indexes take. */
  public static final int RECORD = 64;

  public static final Usage NOTHING = new Usage(0, 0);

  /** The same when one thread that held {@code before} holds {@code after}. */
  public Usage with(Kept before, Kept after) {
    long more = bytes(after) - bytes(before);
    return new Usage(bytes + more, threads + threads(after) - threads(before));
  }

  /** What these events come to when they are stored. */
  static long of(List<NewEvent> events) {
    long bytes = (long) RECORD * events.size();
    for (NewEvent event : events) {
      bytes += event.body().length;
    }
    return bytes;
  }

  private static long bytes(Kept kept) {
    return kept.bytes() + RECORD * kept.records();
  }

  private static long threads(Kept kept) {
    return kept.records() > 0 ? 1 : 0;
  }
}
