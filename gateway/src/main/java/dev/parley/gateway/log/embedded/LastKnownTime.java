package dev.parley.gateway.log.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Duration;
import java.util.OptionalLong;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The time that the store knew last, about once a minute, so that a start notices a clock that is
 * far from it. On the committer's thread, but for the first reading.
 */
final class LastKnownTime {

  private static final byte[] KEY = "time".getBytes(US_ASCII);
  private static final long INTERVAL = Duration.ofMinutes(1).toMillis();

  private final RocksStore store;
  private long marked = Long.MIN_VALUE / 2;

  LastKnownTime(RocksStore store) {
    this.store = store;
  }

  OptionalLong read() {
    return store.get(ColumnFamily.STORE, KEY).map(Values::number).stream()
        .mapToLong(Long::longValue)
        .findAny();
  }

  /** Marks this time (epoch milliseconds), unless one close to it is marked. */
  void mark(long millis) throws RocksDBException {
    if (Math.abs(millis - marked) < INTERVAL) {
      return;
    }
    try (WriteBatch batch = new WriteBatch()) {
      batch.put(store.handle(ColumnFamily.STORE), KEY, Values.encode(millis));
      store.writeUnsynced(batch);
    }
    marked = millis;
  }
}
