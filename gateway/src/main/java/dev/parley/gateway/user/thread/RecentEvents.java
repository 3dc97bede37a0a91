package dev.parley.gateway.user.thread;

import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.ThreadId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The newest events of a thread: those of its last commit, and of the commits before it while a
 * reader is only a little behind. An event is framed when the first reader takes it, once for all
 * readers. Used at the user's home only.
 */
final class RecentEvents {

  /** Maximum bytes of bodies that are kept when the next commit comes. */
  static final int MAX_BYTES = 64 * 1024;

  /** A reader that has so many unread bytes here does not wait for more deltas to merge. */
  static final int MAX_UNMERGED = MAX_BYTES / 2;

  /** Bytes of an event in addition to its body: its objects, and the head of its frame. */
  private static final int EVENT_OVERHEAD = 200;

  private static final class RecentEvent {
    final NewEvent event;

    /** Bytes of all bodies up to this one, since the list was last empty. */
    final long end;

    final long committedNanos;

    @Nullable Frame frame;

    RecentEvent(NewEvent event, long end, long committedNanos) {
      this.event = event;
      this.end = end;
      this.committedNanos = committedNanos;
    }
  }

  private final ThreadId thread;
  private final RecentEventsCache cache;
  private final List<RecentEvent> entries = new ArrayList<>();
  private long first = 1;
  private long dropped;
  private long counted;

  /** The last merge of several events, which all readers with the same cursor share. */
  private List<Frame> merged = List.of();

  private long mergedFrom;

  RecentEvents(ThreadId thread, RecentEventsCache cache) {
    this.thread = thread;
    this.cache = cache;
  }

  /**
   * Takes the events of a commit.
   *
   * @param keeps whether a reader still needs what came before
   * @param nowNanos as {@link Frame#committedNanos}
   */
  void add(long seq, List<NewEvent> committed, boolean keeps, long nowNanos) {
    merged = List.of();
    if (!keeps || seq != first + entries.size()) {
      clear();
      first = seq;
    } else if (bytes() > MAX_BYTES) {
      dropOldest();
    }
    long end = end();
    for (NewEvent event : committed) {
      end += event.body().length;
      entries.add(new RecentEvent(event.withoutHidden(), end, nowNanos));
    }
  }

  // Down to half of the maximum, so that the list is moved once for many events.
  private void dropOldest() {
    long end = end();
    int count = 0;
    while (count < entries.size() && end - dropped > MAX_BYTES / 2) {
      dropped = entries.get(count++).end;
    }
    entries.subList(0, count).clear();
    first += count;
  }

  private long end() {
    return entries.isEmpty() ? dropped : entries.get(entries.size() - 1).end;
  }

  private long bytes() {
    return end() - dropped;
  }

  /** A reader still needs what is here after the task in which it came: counts it from now on. */
  void keep() {
    long now = bytes() + (long) EVENT_OVERHEAD * entries.size();
    long more = now - counted;
    counted = now;
    cache.keep(this, more);
  }

  void clear() {
    entries.clear();
    merged = List.of();
    dropped = 0;
    if (counted > 0) {
      long bytes = counted;
      counted = 0;
      cache.forget(this, bytes);
    }
  }

  /** Bytes of the bodies after the cursor that are here. */
  long bytesAfter(long cursor) {
    long before = cursor < first ? dropped : entries.get((int) (cursor - first)).end;
    return end() - before;
  }

  /** Whether the event after the cursor is here, or has not come yet. */
  boolean reachesBackTo(long cursor) {
    return cursor + 1 >= first;
  }

  /** Whether the event of this seq is here. */
  boolean has(long seq) {
    return seq >= first && seq < first + entries.size();
  }

  /**
   * The frames after a cursor whose next event is here. Adjacent deltas are merged; the frame of a
   * single event is shared by all readers.
   *
   * @param bytes about how many are wanted, at least one event
   */
  List<Frame> after(long cursor, long bytes, Epoch epoch) {
    int from = (int) (cursor + 1 - first);
    if (from == entries.size() - 1) {
      return List.of(frame(from, epoch));
    }
    boolean takesAll = bytes >= bytesAfter(cursor);
    if (takesAll && mergedFrom == cursor + 1 && !merged.isEmpty()) {
      return merged;
    }
    FrameMerger merger = new FrameMerger(thread, epoch);
    long left = bytes;
    for (int next = from; next < entries.size() && left > 0; next++) {
      NewEvent event = entries.get(next).event;
      merger.add(StoredEvent.of(first + next, event), frame(next, epoch));
      left -= event.body().length;
    }
    List<Frame> frames = merger.frames();
    if (takesAll) {
      merged = frames;
      mergedFrom = cursor + 1;
    }
    return frames;
  }

  private Frame frame(int index, Epoch epoch) {
    RecentEvent entry = entries.get(index);
    Frame frame = entry.frame;
    if (frame == null) {
      long seq = first + index;
      byte[] head = EventCodec.head(entry.event.type(), thread, seq);
      frame = Frame.event(epoch, seq, head, entry.event.body(), entry.committedNanos);
      entry.frame = frame;
    }
    return frame;
  }
}
