package dev.parley.gateway.user.thread;

import dev.parley.gateway.codec.DeltaCodec;
import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.protocol.Deltas.Delta;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.ThreadId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes frames of events of one thread, for a reader that is behind or has asked for merging:
 * adjacent deltas of one text become one frame (protocol, "Merged deltas"). The body of an event
 * that has no such neighbour is not read. For one use, at the user's home.
 */
public final class DeltaMerger {

  /** Maximum UTF-16 units of a merged text. */
  public static final int MAX_UNITS = 16 * 1024;

  private static final DeltaCodec DELTAS = new DeltaCodec();

  private final ThreadId thread;
  private final Epoch epoch;
  private final List<Frame> frames = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private @Nullable StoredEvent last;

  /** A frame of {@code last} that other readers share. */
  private @Nullable Frame shared;

  /** The delta of {@code last}, once it has been read. */
  private @Nullable Delta delta;

  /** The seq and offset at which the frame that {@code last} ends begins. */
  private long firstSeq;

  private long firstOffset;

  /** How many events were merged into it after the first. */
  private int merged;

  public DeltaMerger(ThreadId thread, Epoch epoch) {
    this.thread = thread;
    this.epoch = epoch;
  }

  /** Takes the next event; {@code framed} is a frame of it that other readers share. */
  public void add(StoredEvent event, @Nullable Frame framed) {
    Delta next = last != null && mayMerge(last, event) ? read(event) : null;
    if (last != null && next != null && continues(last, next)) {
      merge(next);
    } else {
      close();
      shared = framed;
      firstSeq = event.firstSeq();
    }
    last = event;
    delta = next;
  }

  private static boolean mayMerge(StoredEvent before, StoredEvent event) {
    return before.type() == event.type()
        && before.seq() + 1 == event.firstSeq()
        && DeltaCodec.isDelta(before.type(), before.body())
        && DeltaCodec.isDelta(event.type(), event.body());
  }

  private static @Nullable Delta read(StoredEvent event) {
    return DELTAS.read(event.type(), event.body()).orElse(null);
  }

  private boolean continues(StoredEvent before, Delta next) {
    if (delta == null) {
      delta = read(before);
    }
    int length = delta == null ? 0 : merged > 0 ? text.length() : delta.piece().length();
    return delta != null && delta.isFollowedBy(next) && length + next.piece().length() <= MAX_UNITS;
  }

  private void merge(Delta next) {
    if (merged == 0 && delta != null) {
      text.append(delta.piece());
      firstOffset = delta.offset();
    }
    text.append(next.piece());
    merged++;
  }

  private void close() {
    if (last == null) {
      return;
    }
    if (merged == 0 && shared != null) {
      frames.add(shared);
      return;
    }
    byte[] head = EventCodec.head(last.type(), thread, firstSeq, last.seq());
    byte[] body =
        merged == 0
            ? last.body()
            : DELTAS.with(last.type(), last.body(), firstOffset, text.toString());
    frames.add(Frame.event(epoch, last.seq(), head, body));
    text.setLength(0);
    merged = 0;
  }

  /** The frames of everything that was added. */
  public List<Frame> frames() {
    close();
    last = null;
    return frames;
  }
}
