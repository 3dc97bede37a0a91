package dev.parley.gateway.user.thread;

import dev.parley.gateway.codec.DeltaCodec;
import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.protocol.DeltaMerger;
import dev.parley.gateway.protocol.Deltas.Delta;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.ThreadId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes frames of events of one thread, for a reader that is behind or has asked for merging:
 * adjacent deltas of one text become one frame (protocol, "Merged deltas"). The body of an event
 * that has no such neighbour is not read. For one use, at the user's home.
 */
public final class FrameMerger {

  private static final DeltaCodec DELTAS = new DeltaCodec();

  private final ThreadId thread;
  private final Epoch epoch;
  private final List<Frame> frames = new ArrayList<>();

  /** The deltas of the frame that {@code last} ends; empty until one of them had to be read. */
  private final DeltaMerger deltas = new DeltaMerger();

  private @Nullable StoredEvent last;

  /** A frame of {@code last} that other readers share. */
  private @Nullable Frame shared;

  /** As {@link Frame#committedNanos}, of the first event of the frame that {@code last} ends. */
  private long committedNanos;

  /** The seq at which the frame that {@code last} ends begins. */
  private long firstSeq;

  public FrameMerger(ThreadId thread, Epoch epoch) {
    this.thread = thread;
    this.epoch = epoch;
  }

  /** Takes the next event; {@code framed} is a frame of it that other readers share. */
  public void add(StoredEvent event, @Nullable Frame framed) {
    Delta next = last != null && mayMerge(last, event) ? readAfter(last, event) : null;
    if (next == null || deltas.isEmpty() || !deltas.add(next)) {
      close();
      shared = framed;
      firstSeq = event.firstSeq();
      committedNanos = framed == null ? 0 : framed.committedNanos();
      if (next != null) {
        deltas.add(next);
      }
    }
    last = event;
  }

  private static boolean mayMerge(StoredEvent before, StoredEvent event) {
    return before.type() == event.type()
        && before.seq() + 1 == event.firstSeq()
        && before.isTextDelta()
        && event.isTextDelta();
  }

  /** The delta of the event, after the delta of the event before was read too. */
  private @Nullable Delta readAfter(StoredEvent before, StoredEvent event) {
    if (deltas.isEmpty()) {
      read(before).ifPresent(deltas::add);
    }
    return read(event).orElse(null);
  }

  private static Optional<Delta> read(StoredEvent event) {
    return DELTAS.read(event.type(), event.body());
  }

  private void close() {
    boolean merged = deltas.count() > 1;
    if (last != null && shared != null && !merged) {
      frames.add(shared);
    } else if (last != null) {
      byte[] head = EventCodec.head(last.type(), thread, firstSeq, last.seq());
      byte[] body =
          merged
              ? DELTAS.with(last.type(), last.body(), deltas.offset(), deltas.text())
              : last.body();
      frames.add(Frame.event(epoch, last.seq(), head, body, committedNanos));
    }
    deltas.clear();
  }

  /** The frames of everything that was added. */
  public List<Frame> frames() {
    close();
    last = null;
    return frames;
  }
}
