package dev.parley.gateway.user;

import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.ThreadId;
import java.util.ArrayList;
import java.util.List;

/**
 * The newest events of a thread: those of its last commit, and of the commits before for as long as
 * a reader lets pieces gather. Framed when somebody reads them, once for all who do.
 */
final class Recent {

  /** When the events of several commits come to so many bytes, nobody lets them gather on. */
  static final int FULL = 64 * 1024;

  /** What an event takes beside its body: its objects, and the head of its frame. */
  private static final int EVENT_OVERHEAD = 200;

  private final ThreadId thread;
  private final Recents home;
  private final List<NewEvent> events = new ArrayList<>();
  private final List<Frame> frames = new ArrayList<>();
  private long first = 1;
  private long bytes;
  private long counted;

  Recent(ThreadId thread, Recents home) {
    this.thread = thread;
    this.home = home;
  }

  /** Takes the events of a commit, which go on where the last one ended; or all that is there. */
  void add(long seq, List<NewEvent> committed, boolean gathers) {
    if (!gathers || seq != first + events.size()) {
      clear();
      first = seq;
    }
    events.addAll(committed);
    for (NewEvent event : committed) {
      bytes += event.body().length;
    }
  }

  /** It outlives the turn in which it came: what is here counts from now on. */
  void keep() {
    long more = bytes + (long) EVENT_OVERHEAD * events.size() - counted;
    if (more > 0) {
      counted += more;
      home.keep(this, more);
    }
  }

  void clear() {
    events.clear();
    frames.clear();
    bytes = 0;
    if (counted > 0) {
      home.forget(this, counted);
      counted = 0;
    }
  }

  boolean isFull() {
    return bytes >= FULL;
  }

  /** Whether the event behind the cursor is here, if anywhere. */
  boolean reachesBackTo(long cursor) {
    return cursor + 1 >= first;
  }

  /** Whether the event of this seq is here. */
  boolean has(long seq) {
    return seq >= first && seq < first + events.size();
  }

  /** The event of a seq that is here. */
  StoredEvent event(long seq) {
    NewEvent event = events.get((int) (seq - first));
    return new StoredEvent(seq, event.type(), event.body());
  }

  /** The shared frame of a seq that is here. */
  Frame frame(long seq, Epoch epoch) {
    for (long next = first + frames.size(); next <= seq; next++) {
      NewEvent event = events.get(frames.size());
      byte[] head = EventCodec.head(event.type(), thread, next);
      frames.add(Frame.event(epoch, next, head, event.body()));
    }
    return frames.get((int) (seq - first));
  }
}
