package dev.parley.gateway.user;

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
 * Frames of one thread for a reader that is behind, or that lets pieces gather: adjacent deltas of
 * one text become one frame (protocol, "Merged deltas"). An event that has no neighbour to join is
 * not even looked into. One use.
 */
final class Joiner {

  /** The most UTF-16 units of a joined text. */
  static final int MAX_UNITS = 16 * 1024;

  private static final DeltaCodec DELTAS = new DeltaCodec();

  private final ThreadId thread;
  private final Epoch epoch;
  private final List<Frame> frames = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private @Nullable StoredEvent last;

  /** A frame of {@code last} that others share. */
  private @Nullable Frame shared;

  /** What {@code last} carries, once somebody has asked. */
  private @Nullable Delta delta;

  /** Where the frame that {@code last} ends begins, and how many were joined for it. */
  private long firstSeq;

  private long firstOffset;
  private int joined;

  Joiner(ThreadId thread, Epoch epoch) {
    this.thread = thread;
    this.epoch = epoch;
  }

  /** Takes the next event; {@code framed} is a frame of it that others share. */
  void add(StoredEvent event, @Nullable Frame framed) {
    Delta next = last != null && mayJoin(last, event) ? read(event) : null;
    if (last != null && next != null && joins(last, next)) {
      join(next);
    } else {
      close();
      shared = framed;
      firstSeq = event.firstSeq();
    }
    last = event;
    delta = next;
  }

  private static boolean mayJoin(StoredEvent before, StoredEvent event) {
    return before.type() == event.type()
        && before.seq() + 1 == event.firstSeq()
        && DeltaCodec.isDelta(before.type(), before.body())
        && DeltaCodec.isDelta(event.type(), event.body());
  }

  private static @Nullable Delta read(StoredEvent event) {
    return DELTAS.read(event.type(), event.body()).orElse(null);
  }

  private boolean joins(StoredEvent before, Delta next) {
    if (delta == null) {
      delta = read(before);
    }
    int length = delta == null ? 0 : joined > 0 ? text.length() : delta.piece().length();
    return delta != null && delta.isFollowedBy(next) && length + next.piece().length() <= MAX_UNITS;
  }

  private void join(Delta next) {
    if (joined == 0 && delta != null) {
      text.append(delta.piece());
      firstOffset = delta.offset();
    }
    text.append(next.piece());
    joined++;
  }

  private void close() {
    if (last == null) {
      return;
    }
    if (joined == 0 && shared != null) {
      frames.add(shared);
      return;
    }
    byte[] head = EventCodec.head(last.type(), thread, firstSeq, last.seq());
    byte[] body =
        joined == 0
            ? last.body()
            : DELTAS.with(last.type(), last.body(), firstOffset, text.toString());
    frames.add(Frame.event(epoch, last.seq(), head, body));
    text.setLength(0);
    joined = 0;
  }

  /** Everything that was added. */
  List<Frame> frames() {
    close();
    last = null;
    return frames;
  }
}
