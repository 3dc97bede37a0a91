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

  public static final Usage NONE = new Usage(0, 0);

  /** The same when one thread that held {@code before} holds {@code after}. */
  public Usage with(RetainedSize before, RetainedSize after) {
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

  private static long bytes(RetainedSize size) {
    return size.bytes() + RECORD * size.records();
  }

  private static long threads(RetainedSize size) {
    return size.records() > 0 ? 1 : 0;
  }
}
