package dev.parley.gateway.http;

import dev.parley.gateway.protocol.ClientCommand.Position;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Texts;
import dev.parley.gateway.protocol.ThreadId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the position after which a request wants the events of a thread. */
final class Cursor {

  private static final String LAST_EVENT_ID = "last-event-id";

  private Cursor() {}

  /** The position before the oldest event. */
  static Position fromOldest(ThreadId thread) {
    return new Position(thread, OptionalLong.of(0), null);
  }

  /**
   * The position in the query, if there is one.
   *
   * @throws RefusedException with 400
   */
  static Optional<Position> of(ThreadId thread, Query query) {
    Epoch epoch = query.optional("epoch", Epoch::new).orElse(null);
    Optional<Long> after = query.integer("after", 0, Long.MAX_VALUE);
    if (after.orElse(0L) > 0 && epoch == null) {
      throw RefusedException.invalid("epoch: missing (expected: the epoch that after belongs to)");
    }
    return after.map(seq -> new Position(thread, OptionalLong.of(seq), epoch));
  }

  /**
   * The position of a stream: that of the header {@code Last-Event-ID}, else that of the query,
   * else the end of the thread. A browser that has received no event sends an empty id (WHATWG
   * HTML, section 9.2.4).
   *
   * @throws RefusedException with 400
   */
  static Position ofStream(ThreadId thread, Request request) {
    Optional<Position> asked = of(thread, request.query("after", "epoch"));
    List<String> last = request.headers().getAll(LAST_EVENT_ID);
    return last.isEmpty() || last.get(0).isBlank()
        ? asked.orElse(new Position(thread, OptionalLong.empty(), null))
        : after(thread, last.get(0));
  }

  /** Reads an event id, {@code <epoch>-<seq>}; an epoch may contain hyphens. */
  private static Position after(ThreadId thread, String id) {
    int hyphen = id.lastIndexOf('-');
    try {
      if (hyphen > 0 && id.substring(hyphen + 1).matches("[0-9]{1,18}")) {
        return new Position(
            thread,
            OptionalLong.of(Long.parseLong(id.substring(hyphen + 1))),
            new Epoch(id.substring(0, hyphen)));
      }
    } catch (IllegalArgumentException noEpoch) {
      // Refused below.
    }
    throw RefusedException.invalid(
        Texts.expected(LAST_EVENT_ID, id, "the id of an event of this stream"));
  }
}
