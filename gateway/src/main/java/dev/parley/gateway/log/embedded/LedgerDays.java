package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.LedgerEntry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The families of the ledger, which days take in turn: what was accepted today goes into one, what
 * is remembered lies in today's and yesterday's (and in tomorrow's, once the clock was set back),
 * and who comes to a family of another day empties it whole, in the write that uses it. On the
 * committer's thread only.
 */
final class LedgerDays {

  static final List<Family> FAMILIES = List.of(Family.LEDGER_0, Family.LEDGER_1, Family.LEDGER_2);

  private static final long DAY = Duration.ofDays(1).toMillis();

  private final RocksStore store;

  /** The days that families have now, of those asked for since the last write. */
  private final Map<Family, Long> days = new HashMap<>();

  LedgerDays(RocksStore store) {
    this.store = store;
  }

  /** The family for the entry, emptied in this batch if it has an older day's. */
  Family familyOf(LedgerEntry entry, WriteBatch batch) throws RocksDBException {
    long day = Math.floorDiv(entry.acceptedMillis(), DAY);
    Family family = FAMILIES.get(Math.floorMod(day, FAMILIES.size()));
    if (days.computeIfAbsent(family, this::kept) != day) {
      batch.deleteRange(store.handle(family), Keys.FIRST, Keys.LAST);
      batch.put(store.handle(Family.STORE), key(family), Values.encode(day));
      days.put(family, day);
    }
    return family;
  }

  private long kept(Family family) {
    return store.get(Family.STORE, key(family)).map(Values::number).orElse(-1L);
  }

  private static byte[] key(Family family) {
    return ("day of " + family.name()).getBytes(StandardCharsets.US_ASCII);
  }

  /** What was asked for is on the disk, or will never be. */
  void forget() {
    days.clear();
  }
}
