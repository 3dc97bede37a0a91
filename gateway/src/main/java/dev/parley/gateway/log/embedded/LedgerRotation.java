package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.LedgerEntry;
import dev.parley.gateway.log.Moment;
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
final class LedgerRotation {

  static final List<ColumnFamily> FAMILIES =
      List.of(ColumnFamily.LEDGER_0, ColumnFamily.LEDGER_1, ColumnFamily.LEDGER_2);

  private static final long DAY = Duration.ofDays(1).toMillis();

  /** What was accepted on a day may be remembered on the next one. */
  private static final long KEPT_DAYS = 1;

  private final RocksStore store;

  /** The days that families have now, of those asked for since the last write. */
  private final Map<ColumnFamily, Long> days = new HashMap<>();

  LedgerRotation(RocksStore store) {
    this.store = store;
  }

  /**
   * The family for the entry, emptied in this batch if all that is in it is forgotten. While the
   * time is in doubt, what may still be remembered stays, and so it does when a day comes back.
   */
  ColumnFamily familyOf(LedgerEntry entry, Moment now, WriteBatch batch) throws RocksDBException {
    long day = day(entry.acceptedMillis());
    ColumnFamily family = FAMILIES.get(Math.floorMod(day, FAMILIES.size()));
    long had = days.computeIfAbsent(family, this::kept);
    if (had < day && had + KEPT_DAYS < day(now.settledMillis())) {
      batch.deleteRange(store.handle(family), Keys.FIRST, Keys.LAST);
    }
    if (had < day || had > day(now.latestMillis())) {
      batch.put(store.handle(ColumnFamily.STORE), key(family), Values.encode(day));
      days.put(family, day);
    }
    return family;
  }

  private static long day(long millis) {
    return Math.floorDiv(millis, DAY);
  }

  private long kept(ColumnFamily family) {
    return store.get(ColumnFamily.STORE, key(family)).map(Values::number).orElse(-1L);
  }

  private static byte[] key(ColumnFamily family) {
    return ("day of " + family.name()).getBytes(StandardCharsets.US_ASCII);
  }

  /** What was asked for is on the disk, or will never be. */
  void forget() {
    days.clear();
  }
}
