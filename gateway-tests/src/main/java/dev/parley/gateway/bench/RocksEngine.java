package dev.parley.gateway.bench;

import java.nio.file.Path;
import java.util.List;
import org.rocksdb.CompressionType;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** RocksDB alone with the same batches: one record for each event. */
final class RocksEngine extends GroupEngine {

  private final Options options =
      new Options()
          .setCreateIfMissing(true)
          .setWriteBufferSize(64L << 20)
          .setCompressionType(CompressionType.LZ4_COMPRESSION);
  private final WriteOptions synced = new WriteOptions().setSync(true);
  private final RocksDB rocks;
  private final Bodies bodies = new Bodies(EVENT_BYTES);

  RocksEngine(Path folder) throws RocksDBException {
    rocks = RocksDB.open(options, folder.toString());
    start();
  }

  @Override
  void write(List<byte[]> keys) throws RocksDBException {
    try (WriteBatch batch = new WriteBatch()) {
      for (byte[] key : keys) {
        batch.put(key, bodies.next());
      }
      rocks.write(synced, batch);
    }
  }

  @Override
  void closeFiles() {
    rocks.close();
    synced.close();
    options.close();
  }
}
