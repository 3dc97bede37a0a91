package dev.parley.gateway.log.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Duration;
import java.util.OptionalLong;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The time of the store, written about once a minute. At startup it reveals a clock that differs
 * much. On the committer's thread, except the first read.
 */
final class LastKnownTime {

  private static final byte[] KEY = "time".getBytes(US_ASCII);
  private static final long INTERVAL = Duration.ofMinutes(1).toMillis();

  private final RocksStore store;
  private long written = Long.MIN_VALUE / 2;

  LastKnownTime(RocksStore store) {
    this.store = store;
  }

  OptionalLong read() {
    return store
        .get(ColumnFamily.STORE, KEY)
        .map(value -> Values.number(RecordKind.TIME, value))
        .stream()
        .mapToLong(Long::longValue)
        .findAny();
  }

  /** Stores this time (epoch milliseconds), unless a close one is stored already. */
  void write(long millis) throws RocksDBException {
    if (Math.abs(millis - written) < INTERVAL) {
      return;
    }
    try (WriteBatch batch = new WriteBatch()) {
      batch.put(store.handle(ColumnFamily.STORE), KEY, Values.encode(RecordKind.TIME, millis));
      store.writeUnsynced(batch);
    }
    written = millis;
  }
}
