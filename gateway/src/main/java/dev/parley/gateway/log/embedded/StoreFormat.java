package dev.parley.gateway.log.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.gateway.log.LogException;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** The format of a store, which is written in it. Called before anything else reads the store. */
final class StoreFormat {

  static final byte[] KEY = "format".getBytes(US_ASCII);

  private StoreFormat() {}

  /**
   * Checks that the store has this format or an earlier one, and makes it this one.
   *
   * @throws LogException when a newer gateway has written it; nothing is written then
   */
  static void ensure(RocksStore store) {
    long found =
        store
            .get(ColumnFamily.STORE, KEY)
            .map(value -> Values.number(RecordKind.FORMAT, value))
            .orElse(0L);
    if (found > EmbeddedLog.FORMAT) {
      throw store.folder().newer("format " + found, null);
    }
    if (found < EmbeddedLog.FORMAT) {
      write(store);
    }
  }

  private static void write(RocksStore store) {
    try (WriteBatch batch = new WriteBatch()) {
      byte[] format = Values.encode(RecordKind.FORMAT, EmbeddedLog.FORMAT);
      batch.put(store.handle(ColumnFamily.STORE), KEY, format);
      store.write(batch);
    } catch (RocksDBException e) {
      throw new LogException("format: cannot be stored: " + e.getMessage(), e);
    }
  }
}
