package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.DamagedRecordException;
import dev.parley.gateway.protocol.BroadcastId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the entries of inboxes whose broadcasts were removed, some at a time, in passes over {@link
 * ColumnFamily#RECEIVED_AT}. What is removed during a pass is found by the next one. Reads the
 * disk; for one thread at a time.
 */
final class ReceivedSweep {

  /** The maximum of entries found, and of broadcasts looked at, in one step. */
  private static final int STEP = 1_000;

  private final RocksStore store;
  private final InboxReader reader;
  private final DamagedRecords damaged;
  private @Nullable SweepPass pass;

  /**
   * The broadcasts that there were when a pass began. A position is not used twice, so what was
   * removed then stays removed.
   *
   * @param unknown those whose positions cannot be read; what belongs to them is kept
   */
  private record SweepPass(long newest, Set<Long> kept, Set<BroadcastId> unknown) {}

  /**
   * Some entries that are to be deleted.
   *
   * @param keys their keys in {@link ColumnFamily#RECEIVED_AT}
   * @param next where the pass goes on; absent at its end
   */
  record SweepStep(List<byte[]> keys, Optional<byte[]> next) {}

  ReceivedSweep(RocksStore store, InboxReader reader, DamagedRecords damaged) {
    this.store = store;
    this.reader = reader;
    this.damaged = damaged;
  }

  /** The step of a pass from this key on; from {@link Keys#FIRST} on a new pass begins. */
  SweepStep next(byte[] from) {
    SweepPass now = pass;
    if (now == null || from.length == 0) {
      // The position first: what is added after it is not looked at.
      now = pass(reader.position());
      pass = now;
    }
    return step(now, from);
  }

  private SweepPass pass(long newest) {
    Set<Long> kept = new HashSet<>();
    Set<BroadcastId> unknown = new HashSet<>();
    store.scan(
        ColumnFamily.RECEIPTS,
        (key, value) -> {
          try {
            kept.add(InboxValues.status(value).position());
          } catch (DamagedRecordException damage) {
            unknown.add(Keys.parseBroadcast(key).id());
            damaged.leftOut("the counts of broadcast " + Keys.text(key), damage);
          }
          return true;
        });
    return new SweepPass(newest, kept, unknown);
  }

  private SweepStep step(SweepPass now, byte[] begin) {
    List<byte[]> found = new ArrayList<>();
    byte[] from = begin;
    for (int looks = 0; looks < STEP; looks++) {
      byte[] first = first(from, now.newest());
      if (first == null) {
        return new SweepStep(found, Optional.empty());
      }
      long position = Keys.positionOf(first);
      from = Keys.receivedAt(position + 1);
      if (!now.kept().contains(position) && isRemoved(first, now)) {
        store.scan(
            ColumnFamily.RECEIVED_AT,
            first,
            from,
            (key, value) -> found.add(key) && found.size() < STEP);
      }
      if (found.size() >= STEP) {
        return new SweepStep(found, Optional.of(Keys.after(found.get(found.size() - 1))));
      }
    }
    return new SweepStep(found, Optional.of(from));
  }

  /** Whether the broadcast of this entry, which is at no known position, is not an unknown one. */
  private boolean isRemoved(byte[] entry, SweepPass now) {
    if (now.unknown().isEmpty()) {
      return true;
    }
    try {
      return store
          .get(ColumnFamily.RECEIVED, Keys.placeOf(entry))
          .map(value -> InboxValues.received(value).broadcast())
          .filter(now.unknown()::contains)
          .isEmpty();
    } catch (DamagedRecordException damage) {
      damaged.leftOut("what is at a place of the inbox of " + Keys.parsePlace(entry), damage);
      return false;
    }
  }

  private byte @Nullable [] first(byte[] from, long newest) {
    byte[][] first = new byte[1][];
    store.scan(
        ColumnFamily.RECEIVED_AT,
        from,
        Keys.receivedAt(newest + 1),
        (key, value) -> {
          first[0] = key;
          return false;
        });
    return first[0];
  }
}
