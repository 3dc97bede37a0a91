package dev.parley.gateway.log.embedded;

import dev.parley.gateway.protocol.DeltaMerger;
import dev.parley.gateway.protocol.Deltas;
import dev.parley.gateway.protocol.Deltas.Delta;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Merges adjacent deltas of one text into ranges. A range is stored at its last seq, so that a seek
 * to any seq in it finds it. For one thread.
 */
final class RangeMerger {

  /**
   * A range that replaces the values at {@code firstSeq} to {@code seq}.
   *
   * @param saved by how many bytes its body is shorter than theirs together
   */
  record Range(long firstSeq, long seq, EventValue value, long saved) {}

  private final Deltas deltas;
  private final List<Range> ranges = new ArrayList<>();
  private final List<Integer> lengths = new ArrayList<>();
  private final DeltaMerger merger = new DeltaMerger();
  private long lastSeq;
  private long bytes;
  private @Nullable EventValue lastValue;

  RangeMerger(Deltas deltas) {
    this.deltas = deltas;
  }

  /** Takes the thread's next value. A range that was merged before stays as it is. */
  void take(long seq, EventValue value) {
    Optional<Delta> read =
        value.isTextDelta() && value.lengths().isEmpty()
            ? deltas.read(value.type(), value.body())
            : Optional.empty();
    if (read.isEmpty()) {
      close();
      return;
    }
    Delta delta = read.get();
    if (!merger.add(delta)) {
      close();
      merger.add(delta);
    }
    lastSeq = seq;
    lastValue = value;
    lengths.add(delta.piece().length());
    bytes += value.body().length;
  }

  /** The ranges of two or more deltas among all that was taken. */
  List<Range> ranges() {
    close();
    return ranges;
  }

  private void close() {
    int parts = merger.count();
    if (parts > 1 && lastValue != null) {
      byte[] body = deltas.with(lastValue.type(), lastValue.body(), merger.offset(), merger.text());
      EventValue merged =
          new EventValue(lastValue.type(), List.copyOf(lengths.subList(0, parts - 1)), body);
      ranges.add(new Range(lastSeq - parts + 1, lastSeq, merged, bytes - body.length));
    }
    merger.clear();
    lengths.clear();
    bytes = 0;
  }
}
