package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.LedgerEntry;
import dev.parley.gateway.log.Moment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Chooses the column family of a ledger entry. The families are used in rotation, one per day.
 * Valid entries are in the families of today and yesterday (and of tomorrow, after the clock was
 * set back). A family with only expired entries is emptied as a whole, in the write that uses it
 * for another day. On the committer's thread only.
 */
final class LedgerRotation {

  static final List<ColumnFamily> FAMILIES =
      List.of(ColumnFamily.LEDGER_0, ColumnFamily.LEDGER_1, ColumnFamily.LEDGER_2);

  private static final long DAY = Duration.ofDays(1).toMillis();

  /** An entry is valid until the day after its acceptance. */
  private static final long VALID_DAYS = 1;

  private final RocksStore store;

  /** The days that families have, for those used since the last write. */
  private final Map<ColumnFamily, Long> days = new HashMap<>();

  LedgerRotation(RocksStore store) {
    this.store = store;
  }

  /** Reads what {@link #familyOf} needs of these entries. */
  void read(Collection<LedgerEntry> entries) {
    for (LedgerEntry entry : entries) {
      days.computeIfAbsent(familyOf(day(entry.acceptedMillis())), this::storedDay);
    }
  }

  /**
   * The family for the entry. It is emptied in this batch if all its entries have expired. While
   * the time is in doubt, entries that may still be valid stay, and so they do when the clock
   * returns to an earlier day.
   */
  ColumnFamily familyOf(LedgerEntry entry, Moment now, WriteBatch batch) throws RocksDBException {
    long day = day(entry.acceptedMillis());
    ColumnFamily family = familyOf(day);
    long had = days.computeIfAbsent(family, this::storedDay);
    if (had < day && had + VALID_DAYS < day(now.settledMillis())) {
      batch.deleteRange(store.handle(family), Keys.FIRST, Keys.LAST);
    }
    if (had < day || had > day(now.latestMillis())) {
      batch.put(
          store.handle(ColumnFamily.STORE), key(family), Values.encode(RecordKind.LEDGER_DAY, day));
      days.put(family, day);
    }
    return family;
  }

  private static ColumnFamily familyOf(long day) {
    return FAMILIES.get(Math.floorMod(day, FAMILIES.size()));
  }

  private static long day(long millis) {
    return Math.floorDiv(millis, DAY);
  }

  private long storedDay(ColumnFamily family) {
    return store
        .get(ColumnFamily.STORE, key(family))
        .map(value -> Values.number(RecordKind.LEDGER_DAY, value))
        .orElse(-1L);
  }

  private static byte[] key(ColumnFamily family) {
    return ("day of " + family.name()).getBytes(StandardCharsets.US_ASCII);
  }

  /** The batch was written or discarded. */
  void batchEnded() {
    days.clear();
  }
}
