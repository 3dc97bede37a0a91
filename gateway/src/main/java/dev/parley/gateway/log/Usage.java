package dev.parley.gateway.log;

import java.util.List;

/**
 * How much is stored of all threads of a user. It is derived from the threads' heads alone.
 *
 * @param bytes of the stored records: their bodies, what is hidden with them, and {@value #RECORD}
 *     for each record
 * @param threads the number of threads with at least one event
 */
public record Usage(long bytes, long threads) {

  /** The bytes that a record counts in addition to its body: roughly its key and index entries. */
  public static final int RECORD = 64;

  public static final Usage NONE = new Usage(0, 0);

  /** The usage after the size of one thread has changed from {@code before} to {@code after}. */
  public Usage with(RetainedSize before, RetainedSize after) {
    long more = bytes(after) - bytes(before);
    return new Usage(bytes + more, threads + threads(after) - threads(before));
  }

  /** The bytes that these events will use. */
  static long of(List<NewEvent> events) {
    long bytes = (long) RECORD * events.size();
    for (NewEvent event : events) {
      bytes += event.bytes();
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
